package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.split.SplitReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitTest {
    @TempDir
    Path dir;

    private static final DataConfig PROTEINS = DataConfig.defaults();
    private static final DataConfig TEXT = PROTEINS.withTokens("character").withFraming(Framing.PACKED);

    private static Set<String> ids(Corpus corpus) throws IOException {
        Set<String> ids = new HashSet<>();
        try (DocumentStream stream = corpus.stream()) {
            for (Document d = stream.next(); d != null; d = stream.next()) {
                ids.add(d.id());
            }
        }
        return ids;
    }

    /** Each family: a parent, an exact copy, copies of 95% and 85% identity, and a fragment. Whatever the seed, it stays together. */
    @Test
    void nearCopiesFragmentsAndDuplicatesFallOnOneSide() throws IOException {
        List<String> proteins = new ArrayList<>();
        int members = 5;
        int families = 150;
        for (int f = 0; f < families; f++) {
            String parent = Samples.protein(f, 120 + 3 * f);
            proteins.add(parent);
            proteins.add(parent);
            proteins.add(Samples.mutate(parent, 0.05, f));
            proteins.add(Samples.mutate(parent, 0.15, f + 1000));
            proteins.add(parent.substring(30, 110));
        }
        Path file = Samples.fasta(dir.resolve("families.fasta"), proteins);
        for (long seed = 0; seed < 3; seed++) {
            Corpus.Split split = Corpus.open(file, PROTEINS, null).split(0.2, seed);
            Set<String> valid = ids(split.valid());
            Set<String> train = ids(split.train());
            assertThat(valid.size() + train.size()).isEqualTo(proteins.size());
            int torn = 0;
            for (int f = 0; f < families; f++) {
                int held = 0;
                for (int m = 0; m < members; m++) {
                    held += valid.contains("p" + (members * f + m)) ? 1 : 0;
                }
                torn += held % members == 0 ? 0 : 1;
            }
            assertThat(torn).isZero();
            assertThat(split.report().clusters()).isEqualTo(families);
            assertThat(split.report().largestCluster()).isEqualTo(members);
            assertThat(split.report().similarity().max()).isLessThan(0.1);
            assertThat(split.report().randomSimilarity().mean()).isGreaterThan(0.5);
            assertThat((double) split.report().validTokens()
                            / Corpus.open(file, PROTEINS, null).tokens())
                    .isBetween(0.19, 0.21);
        }
    }

    @Test
    void aSplitIsAFunctionOfItsSeed() throws IOException {
        Path file = Samples.fasta(dir.resolve("p.fasta"), Samples.proteins(1, 200, 100));
        Set<String> valid = ids(Corpus.open(file, PROTEINS, null).split(0.2, 5).valid());
        assertThat(ids(Corpus.open(file, PROTEINS, null).split(0.2, 5).valid())).isEqualTo(valid);
        assertThat(ids(Corpus.open(file, PROTEINS, null).split(0.2, 6).valid())).isNotEqualTo(valid);
    }

    /** A family of half of the data, and one that would fill the held-out side alone, are both kept out of it, whatever the seed. */
    @Test
    void largeClustersStayOnTheTrainingSide() throws IOException {
        List<String> proteins = new ArrayList<>();
        String giant = Samples.protein(1, 300);
        String large = Samples.protein(2, 300);
        for (int i = 0; i < 330; i++) {
            proteins.add(Samples.mutate(i < 270 ? giant : large, 0.05, i));
        }
        for (int i = 0; i < 270; i++) {
            proteins.add(Samples.protein(1000 + i, 300));
        }
        Path file = Samples.fasta(dir.resolve("giant.fasta"), proteins);
        for (long seed = 0; seed < 5; seed++) {
            Corpus.Split split = Corpus.open(file, PROTEINS, null).split(0.1, seed);
            assertThat(split.report().largestCluster()).isEqualTo(270);
            assertThat(split.report().validDocuments()).isBetween(59L, 61L);
            assertThat(ids(split.valid())).allMatch(id -> Integer.parseInt(id.substring(1)) >= 330);
        }
    }

    /** Ten to two hundred proteins of lengths as skewed as nature's: a tenth is held out, of all lengths, by the seed's choice. */
    @Test
    void smallFilesAreSplitLikeLargeOnes() throws IOException {
        for (int proteins : new int[] {10, 20, 50, 200}) {
            List<String> all = new ArrayList<>();
            for (int i = 0; i < proteins; i++) {
                all.add(Samples.protein(i, (int) (40 - 300 * Math.log(1 - (i + 0.5) / proteins))));
            }
            Path file = Samples.fasta(dir.resolve("p" + proteins + ".fasta"), all);
            Set<Set<String>> sides = new HashSet<>();
            double ranks = 0;
            double held = 0;
            for (long seed = 0; seed < 12; seed++) {
                Corpus.Split split = Corpus.open(file, PROTEINS, null).split(0.1, seed);
                Set<String> valid = ids(split.valid());
                sides.add(valid);
                assertThat(split.report().reachedFraction())
                        .as("%d proteins, seed %d", proteins, seed)
                        .isBetween(0.05, 0.15)
                        .isEqualTo((double) split.valid().tokens()
                                / Corpus.open(file, PROTEINS, null).tokens());
                for (String id : valid) {
                    ranks += (Integer.parseInt(id.substring(1)) + 0.5)
                            / proteins; // they stand in order of their lengths
                    held++;
                }
            }
            assertThat(sides).as("%d proteins", proteins).hasSizeGreaterThan(2);
            assertThat(ranks / held).as("%d proteins", proteins).isBetween(0.35, 0.65);
        }
    }

    /** Records without residues belong to the training side, and change nothing of the choice. */
    @Test
    void emptyAndTinyRecordsDoNotTakePartInTheChoice() throws IOException {
        List<String> proteins = Samples.proteins(3, 12, 200);
        proteins.replaceAll(p -> p + "MKTAYIAKQR");
        Path plain = Samples.fasta(dir.resolve("plain.fasta"), proteins);
        Path holed = Files.writeString(
                dir.resolve("holed.fasta"), ">empty\n" + Files.readString(plain) + ">one\nM\n>none\n\n>gaps\n--*\n");
        for (long seed = 0; seed < 8; seed++) {
            Corpus.Split split = Corpus.open(holed, PROTEINS, null).split(0.1, seed);
            assertThat(ids(split.valid()))
                    .isNotEmpty()
                    .isEqualTo(ids(
                            Corpus.open(plain, PROTEINS, null).split(0.1, seed).valid()));
            assertThat(ids(split.train())).contains("empty", "one", "none", "gaps");
            assertThat(split.valid().tokens()).isPositive();
            SplitReport report = split.report();
            assertThat(report.trainDocuments() + report.validDocuments()).isEqualTo(16);
        }
    }

    /** Where few clusters are no family, families of up to twice the share are held out, and none beyond it. */
    @Test
    void familiesAreHeldOutWhereTheRestIsTooLittle() throws IOException {
        List<String> proteins = new ArrayList<>();
        for (int f = 0; f < 20; f++) {
            String parent = Samples.protein(f, 100);
            proteins.add(parent);
            proteins.add(Samples.mutate(parent, 0.05, f));
        }
        Path pairs = Samples.fasta(dir.resolve("pairs.fasta"), proteins);
        assertThat(Corpus.open(pairs, PROTEINS, null).split(0.1, 1).report().validDocuments())
                .isEqualTo(4);
        proteins.clear();
        String giant = Samples.protein(1, 300);
        for (int i = 0; i < 40; i++) {
            proteins.add(Samples.mutate(giant, 0.03, i));
        }
        proteins.add(Samples.protein(2, 60));
        Path one = Samples.fasta(dir.resolve("one.fasta"), proteins);
        for (long seed = 0; seed < 8; seed++) {
            assertThat(ids(Corpus.open(one, PROTEINS, null).split(0.1, seed).valid()))
                    .containsExactly("p40");
        }
    }

    /** Documents of like length are as good as each other; of very different ones the share decides. */
    @Test
    void textIsHeldOutBySeedAndNearTheShare() throws IOException {
        Path folder = Files.createDirectory(dir.resolve("many"));
        for (int i = 0; i < 40; i++) {
            Files.writeString(folder.resolve("t" + i + ".txt"), "words ".repeat(5 + i));
        }
        Files.writeString(folder.resolve("empty.txt"), "");
        Set<Set<String>> sides = new HashSet<>();
        for (long seed = 0; seed < 12; seed++) {
            Corpus.Split split = Corpus.open(folder, TEXT, null).split(0.1, seed);
            assertThat(split.report().reachedFraction()).isBetween(0.08, 0.12);
            assertThat(split.report().trainDocuments() + split.report().validDocuments())
                    .isEqualTo(41);
            sides.add(ids(split.valid()));
        }
        assertThat(sides).hasSizeGreaterThan(8);
    }

    /** A cut through a character would leave both sides unreadable by character. */
    @Test
    void bytesOfOneTextAreCutBetweenCharacters() throws IOException {
        Path file = Files.writeString(dir.resolve("u.txt"), "\uD83D\uDE00".repeat(100)); // of four bytes each
        for (int held = 40; held < 44; held++) {
            Path out = dir.resolve("held" + held);
            Corpus.Split split =
                    Corpus.open(file, TEXT.withTokens("byte"), null).split(held / 400.0, 1);
            assertThat(split.report().validTokens()).isEqualTo(40);
            SplitFiles.write(split, out);
            assertThat(Corpus.open(out.resolve("train"), TEXT, null).tokens()).isEqualTo(90);
            assertThat(Corpus.open(out.resolve("valid"), TEXT, null).tokens()).isEqualTo(10);
        }
    }

    @Test
    void whatIsHeldOutIsSaidInWords() {
        SplitReport report = new SplitReport("m", 1, 0.1, 1118, 116, 90_130, 9_870, 7, 1, null, null, null, null);
        assertThat(report.held()).isEqualTo("9.87% of the tokens (10% asked), 116 of 1,234 documents, m");
        assertThat(report.toJson().get("reachedFraction").asDouble()).isEqualTo(0.0987);
    }

    @Test
    void nothingToHoldOutIsRefused() throws IOException {
        Path file = Samples.fasta(dir.resolve("same.fasta"), List.of("MKVLAMKVLA", "MKVLAMKVLA"));
        assertThatThrownBy(() -> Corpus.open(file, PROTEINS, null).split(0.1, 1))
                .hasMessageContaining("a split needs at least two clusters of dissimilar proteins")
                .hasMessageContaining("--valid");
        assertThatThrownBy(() -> Corpus.open(file, PROTEINS, null).split(0, 1))
                .hasMessage("validFraction must be in (0, 1); validFraction=0.0");
        Path text = Files.writeString(dir.resolve("abc.txt"), "abc");
        assertThatThrownBy(() -> Corpus.open(text, TEXT, null).split(0.1, 1))
                .hasMessageContaining("at least 4 tokens")
                .hasMessageContaining("--valid");
    }

    /** The split of the data that ship: no held-out protein shares half of its 6-mers with a training one, where a random split leaks. */
    @Test
    void realProteinsSplitWithoutNearCopies() throws IOException {
        Corpus.Split split = Corpus.open(Samples.datasets().resolve("proteins"), PROTEINS, null)
                .split(0.1, 1);
        SplitReport r = split.report();
        assertThat(r.trainDocuments() + r.validDocuments()).isEqualTo(20_500);
        assertThat((double) r.validTokens() / (r.trainTokens() + r.validTokens()))
                .isBetween(0.099, 0.101);
        assertThat(r.similarity().aboveHalf()).isLessThan(0.003);
        assertThat(r.similarity().quantile95()).isLessThan(0.25);
        assertThat(r.randomSimilarity().aboveHalf()).isGreaterThan(0.3);
        Map<String, Integer> sides = new HashMap<>();
        collect(split.train(), sides, 1);
        collect(split.valid(), sides, 2);
        assertThat(sides.values()).as("exact duplicates on both sides").doesNotContain(3);
        assertThat(split.train().counts(false).total()).isEqualTo(r.trainTokens());
        assertThat(split.valid().tokens()).isEqualTo(r.validTokens());
    }

    private static void collect(Corpus corpus, Map<String, Integer> sides, int side) throws IOException {
        try (DocumentStream stream = corpus.stream()) {
            for (Document d = stream.next(); d != null; d = stream.next()) {
                sides.merge(corpus.tokenizer().decode(d.tokens()), side, (a, b) -> a | b);
            }
        }
    }

    @Test
    void textIsSplitByWholeDocumentsAndTheAlphabetIsTheTrainingSides() throws IOException {
        Path folder = Files.createDirectory(dir.resolve("texts"));
        for (int i = 0; i < 6; i++) {
            Files.writeString(folder.resolve("t" + i + ".txt"), ("text " + (char) ('A' + i)).repeat(100));
        }
        Corpus.Split split = Corpus.open(folder, TEXT, null).split(0.17, 2);
        assertThat(split.report().validDocuments()).isEqualTo(1);
        assertThat(split.report().trainDocuments()).isEqualTo(5);
        assertThat(split.train().tokenizer()).isEqualTo(split.valid().tokenizer());
        assertThat(split.train().tokenizer().size()).isEqualTo(5 + 5 + "tex ".length());
        assertThat(split.train().unknown()).isEmpty();
        assertThat(split.valid().unknown()).hasSize(1).containsValue(100L);
    }

    @Test
    void aSingleTextIsCutOnce() throws IOException {
        String text = Samples.protein(1, 900) + "z".repeat(100);
        Path file = Files.writeString(dir.resolve("one.txt"), text);
        Corpus.Split split = Corpus.open(file, TEXT.withTokens("byte"), null).split(0.1, 2);
        assertThat(split.train().tokens()).isEqualTo(900);
        assertThat(split.valid().counts(false).unigram()[5 + 'z']).isEqualTo(100);
        Path out = dir.resolve("out");
        SplitFiles.write(split, out);
        assertThat(Files.readString(out.resolve("train/one.txt")) + Files.readString(out.resolve("valid/one.txt")))
                .isEqualTo(text);
    }

    @Test
    void filesOfASplitReadAsItsSides() throws IOException {
        List<String> proteins = Samples.proteins(1, 100, 200);
        Path file = Samples.fasta(dir.resolve("p.fasta"), proteins);
        Corpus.Split split = Corpus.open(file, PROTEINS, null).split(0.2, 5);
        Path out = dir.resolve("out");
        SplitFiles.write(split, out);
        Corpus train = Corpus.open(out.resolve("train.fasta.gz"), PROTEINS, null);
        Corpus valid = Corpus.open(out.resolve("valid.fasta.gz"), PROTEINS, null);
        assertThat(train.counts(false)).isEqualTo(split.train().counts(false));
        assertThat(valid.counts(false)).isEqualTo(split.valid().counts(false));
        assertThat(ids(valid)).isEqualTo(ids(split.valid()));
        assertThat(new ObjectMapper().readTree(out.resolve("split.json").toFile()))
                .isEqualTo(new ObjectMapper().readTree(split.report().toJson().toString()));
        assertThatThrownBy(() -> SplitFiles.write(split, out))
                .isInstanceOf(DataFileException.class)
                .hasMessage(out + ": the output must be a new or empty folder; found files in it");
    }

    @Test
    void filesOfATextSplitAreTheOriginals() throws IOException {
        Path folder = Files.createDirectories(dir.resolve("texts/sub"));
        Files.write(folder.resolve("a.txt.gz"), Samples.gzip("first text"));
        Files.writeString(folder.resolve("b.txt"), "other text");
        Corpus.Split split = Corpus.open(dir.resolve("texts"), TEXT, null).split(0.5, 5);
        Path out = dir.resolve("out");
        SplitFiles.write(split, out);
        boolean firstHeld = Files.exists(out.resolve("valid/sub/a.txt.gz"));
        assertThat(Files.readAllBytes(out.resolve(firstHeld ? "valid" : "train").resolve("sub/a.txt.gz")))
                .isEqualTo(Samples.gzip("first text"));
        assertThat(out.resolve(firstHeld ? "train" : "valid").resolve("sub/b.txt"))
                .hasContent("other text");
    }
}
