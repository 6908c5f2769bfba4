package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.files.InputFiles;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.split.Shares;
import io.github.performer4j.data.split.SimilarityClusters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever reads data for long ends when its thread is interrupted, and leaves the interrupt to be seen. */
class InterruptTest {
    @TempDir
    Path folder;

    @Test
    void filesEnd() throws IOException {
        Path file = Files.writeString(folder.resolve("data.txt"), "It is a truth. ".repeat(20_000));
        try (InputStream in = InputFiles.open(file)) {
            in.readNBytes(100_000);
            interrupted(in::readAllBytes, ClosedByInterruptException.class);
        }
    }

    @Test
    void countingAndSplittingEnd() throws IOException {
        Files.writeString(folder.resolve("data.fasta"), ">a\nMKTAYIAK\n>b\nRQISFVKS\n>c\nHFSRQLEE\n");
        Files.writeString(folder.resolve("data.txt"), "It is a truth universally acknowledged.");
        Corpus proteins = Corpus.open(folder.resolve("data.fasta"), DataConfig.defaults(), null);
        Corpus text =
                Corpus.open(folder.resolve("data.txt"), DataConfig.defaults().withTokens("character"), null);
        interrupted(() -> proteins.counts(false), ClosedByInterruptException.class);
        interrupted(() -> proteins.split(0.4, 1), ClosedByInterruptException.class);
        interrupted(() -> text.counts(false), ClosedByInterruptException.class);
        interrupted(() -> text.split(0.4, 1), ClosedByInterruptException.class);
    }

    /** In memory there is no read that an interrupt would end. */
    @Test
    void measuringLeakageAndChoosingEndInMemory() throws IOException {
        Files.writeString(folder.resolve("a.fasta"), ">a\nMKTAYIAKQ\n>b\nRQISFVKSH\n");
        Files.writeString(folder.resolve("b.fasta"), ">c\nHFSRQLEEM\n");
        Corpus train = Corpus.open(folder.resolve("a.fasta"), DataConfig.defaults(), null);
        Corpus valid = Corpus.open(folder.resolve("b.fasta"), DataConfig.defaults(), null);
        assertThat(train.leakage(valid, 1).sampled()).isEqualTo(1);
        train.counts(false);
        valid.counts(false);
        interrupted(() -> train.leakage(valid, 1), CancellationException.class);
        interrupted(() -> Shares.choose(new long[] {1, 2, 3, 4}, 5, 1), CancellationException.class);
    }

    @Test
    void clusteringEnds() {
        SimilarityClusters clusters = new SimilarityClusters();
        for (byte s = 0; s < 3; s++) {
            clusters.add(new byte[] {s, 1, 2, 3, 4, 5, 6, 7, 8});
        }
        interrupted(clusters::cluster, CancellationException.class);
    }

    private static void interrupted(ThrowingCallable work, Class<? extends Exception> ends) {
        Thread.currentThread().interrupt();
        assertThatThrownBy(work).isInstanceOf(ends);
        assertThat(Thread.interrupted()).isTrue();
    }
}
