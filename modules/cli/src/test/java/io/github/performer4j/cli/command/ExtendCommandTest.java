package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.cli.options.Models;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code performer extend}: a model of short rows embeds a long one at once. */
class ExtendCommandTest {
    @TempDir
    Path folder;

    private Path model(String positions) throws IOException {
        Path proteins = Cli.fasta(folder.resolve("proteins.fasta"), 12, 31);
        Path out = folder.resolve(positions);
        Cli.run(
                        "train",
                        "--config",
                        Cli.maskedConfig(folder.resolve("config.json")),
                        "--set",
                        "model.embedding.positions=" + positions,
                        "--data",
                        proteins,
                        "--valid",
                        proteins,
                        "--out",
                        out)
                .ok();
        return out;
    }

    @Test
    void longSequencesAreReadAtOnce() throws IOException {
        Path model = model("learned");
        Path out = folder.resolve("long.zip");
        Cli.Result result = Cli.run("extend", "--model", model, "--tokens", 300, "--out", out)
                .ok();
        assertThat(result.out()).contains(" tokens at once, now 300, ");
        PerformerModel longer = Models.load(out);
        String sequence = "MKTAYIAKQR".repeat(28);
        int[] ids = longer.read(sequence).ids();
        assertThat(Models.load(model).windows(ids)).isGreaterThan(1);
        assertThat(longer.windows(ids)).isEqualTo(1);
        assertThat(longer.info().window()).isEqualTo(300);
        assertThat(longer.embed(sequence)).hasSize(longer.info().model().width());
        Cli.run("extend", "--model", model, "--tokens", 301, "--out", out).refused("exists already");
        Cli.run("extend", "--model", model, "--tokens", 3, "--out", folder.resolve("short.zip"))
                .refused("positions must reach further than before; tokens=3, reach=");
    }

    @Test
    void endlessPositionsNeedNothing() throws IOException {
        Cli.run("extend", "--model", model("none"), "--tokens", 300, "--out", folder.resolve("long.zip"))
                .refused("a model without absolute positions reads sequences of any length; positions=none");
    }
}
