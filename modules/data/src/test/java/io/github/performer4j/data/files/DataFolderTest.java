package io.github.performer4j.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    private static final List<String> FASTA = List.of(".fa", ".faa", ".fasta");

    @TempDir
    Path dir;

    private Path file(String name) throws IOException {
        Path file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }

    private List<String> names(Path root) throws IOException {
        DataFolder folder = DataFolder.of(root, FASTA);
        return folder.files().stream().map(folder::name).toList();
    }

    @Test
    void filesOfTheRightEndingAreReadInOrderOfTheirNames() throws IOException {
        for (String name : List.of("d/c.fa", "d/b/z.FASTA.gz", "d/b/a.faa", "d/b.fasta", "d/notes.md", "d/t.tsv.gz")) {
            file(name);
        }
        DataFolder folder = DataFolder.of(dir.resolve("d"), FASTA);
        assertThat(names(dir.resolve("d"))).containsExactly("b.fasta", "b/a.faa", "b/z.FASTA.gz", "c.fa");
        assertThat(folder.leftOut()).containsExactly("notes.md", "t.tsv.gz");
        assertThat(folder.leftOutLine()).isEqualTo("left out 2 of 6: notes.md, t.tsv.gz");
    }

    @Test
    void aNamedFileIsReadWhateverItsName() throws IOException {
        assertThat(DataFolder.of(file("d/.hidden.md"), FASTA).files()).containsExactly(dir.resolve("d/.hidden.md"));
        assertThat(DataFolder.of(file("d/.hidden.md"), FASTA).leftOutLine()).isEmpty();
    }

    @Test
    void hiddenNamesAndFoldersThatPerformerWritesAreLeftOut() throws IOException {
        for (String name : List.of(
                "d/a.fa",
                "d/.a.fa.swp",
                "d/._a.fa",
                "d/.git/b.fa",
                "d/run/config.json",
                "d/run/checkpoints/c.fa",
                "d/split/split.json",
                "d/split/train.fasta.gz",
                "d/texts/split.json",
                "d/texts/train/t.fa",
                "d/mine/config.json",
                "d/mine/m.fa")) {
            file(name);
        }
        assertThat(names(dir.resolve("d"))).containsExactly("a.fa", "mine/m.fa");
        DataFolder folder = DataFolder.of(dir.resolve("d"), FASTA);
        assertThat(folder.leftOut())
                .containsExactly("._a.fa", ".a.fa.swp", ".git/", "mine/config.json", "run/", "split/", "texts/");
        assertThat(folder.leftOutLine()).isEqualTo("left out 7 of 9: ._a.fa, .a.fa.swp, .git/, …");
        assertThat(names(dir.resolve("d/split"))).as("what is named is read").containsExactly("train.fasta.gz");
        assertThat(names(dir.resolve("d/.git"))).containsExactly("b.fa");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void linksAreFollowedAndAFileIsReadOnce() throws IOException {
        file("real/a.fa");
        file("real/sub/b.fa");
        file("elsewhere/c.fa");
        Path link = Files.createSymbolicLink(dir.resolve("link"), dir.resolve("real"));
        assertThat(names(link)).isEqualTo(names(dir.resolve("real"))).containsExactly("a.fa", "sub/b.fa");
        Files.createSymbolicLink(dir.resolve("real/d.fa"), dir.resolve("elsewhere/c.fa"));
        Files.createSymbolicLink(dir.resolve("real/e"), dir.resolve("elsewhere"));
        Files.createSymbolicLink(dir.resolve("real/sub/up"), dir.resolve("real"));
        Files.createSymbolicLink(dir.resolve("real/z.fa"), dir.resolve("real/a.fa"));
        assertThat(names(link)).containsExactly("a.fa", "d.fa", "sub/b.fa");
        assertThat(DataFolder.of(link, FASTA).leftOut()).containsExactly("e/c.fa", "sub/up/", "z.fa");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aLinkToNothingIsRefusedByName() throws IOException {
        file("d/a.fa");
        Path broken = Files.createSymbolicLink(dir.resolve("d/b.fa"), dir.resolve("nowhere"));
        assertThatThrownBy(() -> DataFolder.of(dir.resolve("d"), FASTA))
                .isInstanceOf(DataFileException.class)
                .hasMessage(broken + ": a link must lead to a file; it leads to nothing");
        assertThatThrownBy(() -> DataFolder.of(broken, FASTA)).hasMessageStartingWith(broken.toString());
    }

    /** Opening it would wait for a writer that never comes. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPipeIsRefusedAtOnceByName() throws Exception {
        file("d/a.fa");
        Path pipe = dir.resolve("d/p.fa");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        for (Path named : List.of(pipe, dir.resolve("d"), Path.of("/dev/null"))) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () -> assertThatThrownBy(() -> DataFolder.of(named, FASTA))
                            .isInstanceOf(DataFileException.class)
                            .hasMessageStartingWith(named.startsWith("/dev") ? "/dev/null" : pipe.toString())
                            .hasMessageContaining("data is read more than once, so it must be a file"));
        }
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatThrownBy(() -> InputFiles.open(pipe)).isInstanceOf(DataFileException.class));
    }
}
