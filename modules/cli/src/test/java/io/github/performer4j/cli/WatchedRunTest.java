package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.training.watch.EventFiles;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --tensorboard --metrics-port}: what is left, what is said, and a port in use leaves nothing. */
class WatchedRunTest {
    @TempDir
    Path folder;

    @Test
    void aRunIsWatched() throws IOException {
        Path data = Cli.fasta(folder.resolve("p.fasta"), 30, 41);
        Path config = Cli.maskedConfig(folder.resolve("config.json"));
        Path run = folder.resolve("run");
        List<Object> train =
                new ArrayList<>(List.of("train", "--config", config, "--data", data, "--out", run, "--seed", 3));
        try (ServerSocket used = new ServerSocket(0)) {
            List<Object> busy = new ArrayList<>(train);
            busy.addAll(List.of("--metrics-port", used.getLocalPort(), "--metrics-host", "0.0.0.0"));
            Cli.run(busy.toArray()).refused("nothing can be served there");
            assertThat(run).doesNotExist();
        }
        train.addAll(List.of("--tensorboard", "--metrics-port", free()));
        assertThat(Cli.run(train.toArray()).ok().err()).contains("metrics at http://127.0.0.1:");
        assertThat(EventFiles.in(run)).hasSize(1);
        assertThat(Files.size(EventFiles.in(run).get(0))).isGreaterThan(400);
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
