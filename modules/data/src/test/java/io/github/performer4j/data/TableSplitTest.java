package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.SideTable;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A split written as a table of sides is the same split when the table is read with the data, of every kind of data. */
class TableSplitTest {
    private static final int N = 30;
    private static final DataConfig BYTES = DataConfig.defaults().withTokens("byte");

    @TempDir
    Path dir;

    /** Data of a kind, how it is read, and the ids that its table must have. */
    private record Kind(Path data, DataConfig config, List<String> ids) {
        Corpus open() throws IOException {
            return Corpus.open(data, config, null);
        }

        Corpus open(Path table) throws IOException {
            return Corpus.open(data, config.withSplitFile(table), null);
        }
    }

    private Kind kind(String name) throws IOException {
        List<String> ids = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < N; i++) {
            String protein = Samples.protein(i, 40 + i);
            switch (name) {
                case "images-folder" -> {
                    ids.add((i % 2 == 0 ? "even/" : "odd/") + (10 + i) + ".png");
                    paint(dir.resolve("data").resolve(ids.get(i)), i);
                }
                case "images-idx" -> ids.add("t-images-idx3-ubyte#" + (i + 1));
                case "folders" -> {
                    ids.add((i % 2 == 0 ? "even/" : "odd/") + (10 + i) + ".txt");
                    write(ids.get(i), protein);
                }
                case "text" -> {
                    ids.add((10 + i) + ".txt");
                    write(ids.get(i), protein);
                }
                case "protein" -> {
                    ids.add(i == 7 ? "data.fasta#8" : "p" + i);
                    text.append(i == 7 ? ">" : ">p" + i + " made up")
                            .append('\n')
                            .append(protein)
                            .append('\n');
                }
                case "table" -> {
                    ids.add("data.csv#" + (i + 1));
                    text.append(i == 0 ? "id,text,label\n" : "").append("r" + i + "," + protein + ",x\n");
                }
                case "table-ids" -> {
                    ids.add("r" + i);
                    text.append(i == 0 ? "id,text,label\n" : "").append("r" + i + "," + protein + ",x\n");
                }
                case "json-lines" -> {
                    ids.add("data.jsonl#" + (i + 1));
                    text.append("{\"text\": \"" + protein + "\"}\n");
                }
                default -> {
                    ids.add("data.lines#" + (i + 1));
                    text.append(protein).append('\n');
                }
            }
        }
        ids.sort(null);
        Path data = dir.resolve("data");
        ExampleColumns columns = ExampleColumns.defaults();
        return switch (name) {
            case "images-folder", "folders" -> new Kind(data, BYTES.withKind(name), ids);
            case "text" -> new Kind(data, BYTES.withFraming(Framing.PACKED), ids);
            case "images-idx" -> new Kind(idx(dir.resolve("t-images-idx3-ubyte")), BYTES, ids);
            case "protein" -> new Kind(Files.writeString(dir.resolve("data.fasta"), text), DataConfig.defaults(), ids);
            case "table" -> new Kind(Files.writeString(dir.resolve("data.csv"), text), BYTES, ids);
            case "table-ids" ->
                new Kind(
                        Files.writeString(dir.resolve("data.csv"), text),
                        BYTES.withColumns(columns.withId("id").withLabels("label")),
                        ids);
            case "json-lines" -> new Kind(Files.writeString(dir.resolve("data.jsonl"), text), BYTES, ids);
            default -> new Kind(Files.writeString(dir.resolve("data.lines"), text), BYTES.withKind("lines"), ids);
        };
    }

    private void write(String name, String text) throws IOException {
        Path file = dir.resolve("data").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void paint(Path file, int light) throws IOException {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(1, 1, 0, light);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    /** Images of 2 by 3 pixels, and the file of labels beside them. */
    private Path idx(Path images) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new byte[] {0, 0, 8, 3, 0, 0, 0, N, 0, 0, 0, 2, 0, 0, 0, 3});
        for (int i = 0; i < N; i++) {
            bytes.write(new byte[] {(byte) i, 1, 2, 3, 4, 5});
        }
        byte[] labels = new byte[8 + N];
        labels[2] = 8;
        labels[3] = 1;
        labels[7] = N;
        Files.write(dir.resolve("t-labels-idx1-ubyte"), labels);
        return Files.write(images, bytes.toByteArray());
    }

    /** Returns the sides that a table gives, without our own reader. */
    private static Map<String, String> table(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.subList(0, 2)).containsExactly("#performer4j-splits\tformatVersion=1", "id\tside");
        Map<String, String> sides = new TreeMap<>();
        lines.stream().skip(2).map(line -> line.split("\t")).forEach(row -> sides.put(row[0], row[1]));
        return sides;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "images-folder",
                "images-idx",
                "folders",
                "text",
                "protein",
                "table",
                "table-ids",
                "json-lines",
                "lines"
            })
    void theTableGivesTheSplitBack(String name) throws IOException {
        Kind kind = kind(name);
        Corpus.Split split = kind.open().split(0.3, 5);
        Path out = dir.resolve("out");
        assertThat(SplitFiles.write(split, out)).isEmpty();
        Map<String, String> sides = table(out.resolve("splits.tsv"));
        assertThat(sides.keySet()).containsExactlyElementsOf(kind.ids());
        assertThat(sides.values().stream().filter("valid"::equals))
                .hasSize((int) split.report().validDocuments());
        assertThat(Files.exists(out.resolve("train.csv.gz")))
                .isEqualTo(name.matches("table.*|json-lines|lines|folders"));

        Corpus.Split again = kind.open(out.resolve("splits.tsv")).split(0.1, 9);
        assertThat(again.train().selection()).isEqualTo(split.train().selection());
        assertThat(again.valid().selection()).isEqualTo(split.valid().selection());
        assertThat(again.report().validDocuments()).isEqualTo(split.report().validDocuments());
        assertThat(again.report().trainTokens()).isEqualTo(split.report().trainTokens());
        assertThat(again.report().validTokens()).isEqualTo(split.report().validTokens());
        assertThat(again.report().method()).isEqualTo("the side valid of " + out.resolve("splits.tsv"));
        assertThat(again.report().held()).doesNotContain("asked");
        assertThat(again.report().equalImages()).isEqualTo(name.startsWith("images") ? 0L : null);
        assertThat(again.report().similarity() == null).isEqualTo(!name.equals("protein"));
        Corpus valid = kind.open(out.resolve("splits.tsv")).side("valid");
        assertThat(valid.selection()).isEqualTo(split.valid().selection());
        assertThat(valid.tokens()).isEqualTo(split.valid().tokens());
        assertThatThrownBy(() -> kind.open(out.resolve("splits.tsv")).side("test"))
                .hasMessageContaining("the side must have an example; splitFile=")
                .hasMessageEndingWith("side=test");
    }

    /** Three sides: train and valid are split, test is left; without valid, test is held out. */
    @Test
    void testIsLeftOrHeldOut() throws IOException {
        Kind kind = kind("images-idx");
        Path table = sides(kind, "train", "valid", "test");
        Corpus.Split split = kind.open(table).split(0.1, 1);
        assertThat(split.train().documents()).isEqualTo(N / 3);
        assertThat(split.valid().documents()).isEqualTo(N / 3);
        assertThat(split.train().notes())
                .containsExactly(kind.data() + ": the side test, 10 examples, is left for performer eval --side test");
        assertThat(kind.open(table).side("test").documents()).isEqualTo(N / 3);
        SplitFiles.write(split, dir.resolve("out"));
        assertThat(table(dir.resolve("out/splits.tsv"))).isEqualTo(table(table));
        Corpus.Split two = kind.open(sides(kind, "train", "test")).split(0.1, 1);
        assertThat(two.report().method()).startsWith("the side test of ");
        assertThat(two.report().held()).startsWith("50% of the tokens, 15 of 30 documents, the side test of ");
    }

    private Path sides(Kind kind, String... names) throws IOException {
        Path table = Files.createTempFile(dir, "sides", ".tsv");
        Files.delete(table);
        try (SideTable.Rows rows = new SideTable.Rows(table)) {
            for (int i = 0; i < kind.ids().size(); i++) {
                rows.write(kind.ids().get(i), names[i % names.length]);
            }
        }
        return table;
    }

    @Test
    void whatDoesNotFitIsRefusedWithItsPlace() throws IOException {
        Kind kind = kind("images-idx");
        Path data = kind.data();
        Path none = sides(kind, "train");
        assertThatThrownBy(() -> kind.open(none).split(0.1, 1))
                .hasMessage("a table of sides must have a training and a held-out side; splitFile=" + none + ", path="
                        + data + ", train=30, valid=0, test=0");
        assertThatThrownBy(() -> kind.open(sides(kind, "valid", "test")).split(0.1, 1))
                .hasMessageEndingWith("train=0, valid=15, test=15");
        Path more = Files.writeString(
                dir.resolve("more.tsv"), Files.readString(sides(kind, "train", "valid")) + "other.png\ttest\n");
        assertThatThrownBy(() -> kind.open(more).split(0.1, 1))
                .hasMessage(more + ":33: every id of a table of sides must be in the data; id=other.png, data=" + data);
        Path fewer = Files.writeString(
                dir.resolve("fewer.tsv"),
                Files.readString(sides(kind, "train", "valid")).replaceFirst("(?m)^.*#7\t.*\n", ""));
        assertThatThrownBy(() -> kind.open(fewer).split(0.1, 1))
                .hasMessage(data + ":7: the table of sides must have every example (data.splitFile);"
                        + " id=t-images-idx3-ubyte#7, splitFile=" + fewer);
        Path missing = dir.resolve("missing.tsv");
        assertThatThrownBy(() -> kind.open(missing).split(0.1, 1)).hasMessageContaining("missing.tsv");
    }

    /** Ids that repeat make no table, which is said; a table cannot be used on them either. */
    @Test
    void idsThatRepeatAreTold() throws IOException {
        Path file = Files.writeString(dir.resolve("two.csv"), "id,text\na,MKTAYIAK\nb,RQISFVKS\nb,HFSRQLEE\n");
        DataConfig config = BYTES.withColumns(ExampleColumns.defaults().withId("id"));
        assertThat(SplitFiles.write(Corpus.open(file, config, null).split(0.4, 1), dir.resolve("out")))
                .containsExactly("no splits.tsv: ids must differ where a table gives sides by them; id=b");
        assertThat(dir.resolve("out/splits.tsv")).doesNotExist();
        Path table = Files.writeString(
                dir.resolve("t.tsv"), "#performer4j-splits\tformatVersion=1\nid\tside\na\ttrain\nb\tvalid\n");
        assertThatThrownBy(() ->
                        Corpus.open(file, config.withSplitFile(table), null).split(0.1, 1))
                .hasMessage(
                        file + ":4: ids must differ where a table gives their sides (data.splitFile); id=b, splitFile="
                                + table);
    }

    /** Image k has the pixels of image k mod 20: the last ten are copies of the first ten. */
    @Test
    void copiesOnTwoSidesAreCounted() throws IOException {
        for (int i = 0; i < N; i++) {
            paint(dir.resolve("data/" + (10 + i) + ".png"), i % 20);
        }
        Kind kind = new Kind(dir.resolve("data"), BYTES.withKind("images-folder"), new ArrayList<>());
        Path table = dir.resolve("t.tsv");
        try (SideTable.Rows rows = new SideTable.Rows(table)) {
            for (int i = 0; i < N; i++) {
                rows.write((10 + i) + ".png", i < 7 || i == 25 || i == 26 ? "valid" : i == 27 ? "test" : "train");
            }
        }
        Corpus.Split split = kind.open(table).split(0.1, 1);
        // held out are images 0 to 6 and the copies of 5 and 6; the copies of 0 to 4 are in training
        assertThat(split.report().equalImages()).isEqualTo(5);
        assertThat(split.report().leakage())
                .isEqualTo("of 9 held-out images 5 have exactly the pixels of a training image");
        Corpus.Split drawn = kind.open().split(0.3, 2);
        long copies = 0;
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                copies += i != j
                                && i % 20 == j % 20
                                && drawn.valid().selection().includes(0, i)
                                && drawn.train().selection().includes(0, j)
                        ? 1
                        : 0;
            }
        }
        assertThat(drawn.report().equalImages()).isEqualTo(copies).isPositive();
    }
}
