package io.github.performer4j.cli.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.Classified;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Tagged;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.data.example.ExampleColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code predict} writes is what the model says of each input, in order, whatever the form of the data. */
class PredictCommandTest {
    @TempDir
    Path folder;

    private Path data(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Path predict(Path model, Path data, String out, Object... more) {
        Path file = folder.resolve(out);
        Object[] args = {"predict", "--model", model, "--data", data, "--out", file};
        Object[] all = java.util.stream.Stream.concat(List.of(args).stream(), List.of(more).stream())
                .toArray();
        Cli.run(all).ok();
        assertThat(folder.resolve(out + ".tmp")).doesNotExist();
        return file;
    }

    private static String[] row(List<String> lines, int i) {
        return lines.get(i).split("\t", -1);
    }

    private static void same(String written, double expected) {
        assertThat(Double.parseDouble(written)).isCloseTo(expected, within(2e-6));
    }

    @Test
    void aTableWithQuotesKeepsItsIdsAndOrder() throws IOException {
        Path model = PredictModels.sentiment(folder);
        Path table = data(
                "reviews.csv",
                "key,text,stars\n"
                        + "\"a,1\",\"He said \"\"fine\"\",\nand left\",5\n"
                        + "b,,1\n"
                        + "\"say \"\"c\"\"\",dull,2\n"
                        + "a second id,an evening that is far longer than the model can see at once,3\n");
        Path json = folder.resolve("summary.json");
        List<String> lines =
                Files.readAllLines(predict(model, table, "out.tsv", "--id-column", "key", "--all", "--json", json));
        PerformerModel loaded = PredictModels.load(model);
        List<String> texts = List.of(
                "He said \"fine\",\nand left",
                "",
                "dull",
                "an evening that is far longer than the model can see at once");
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).isEqualTo("id\tlabel\tprobability\tp_good\tp_bad\tp_so-so\tnote");
        assertThat(lines.get(2)).isEqualTo("b\t\t\t\t\t\tno token");
        assertThat(row(lines, 1)[0]).isEqualTo("a,1"); // no quotes where tabs separate
        assertThat(row(lines, 3)[0]).isEqualTo("\"say \"\"c\"\"\"");
        for (int i : new int[] {0, 2, 3}) {
            Classified expected = loaded.classify(texts.get(i));
            String[] row = row(lines, i + 1);
            assertThat(row[1]).isEqualTo(expected.best().label());
            same(row[2], expected.best().probability());
            for (int c = 0; c < 3; c++) {
                same(row[3 + c], expected.scores().get(c).probability());
            }
            assertThat(row[6]).isEmpty();
        }
        JsonNode summary = new ObjectMapper().readTree(json.toFile());
        assertThat(summary.get("inputs").asInt()).isEqualTo(4);
        assertThat(summary.get("predicted").asInt()).isEqualTo(3);
        assertThat(summary.get("labels").size()).isEqualTo(3);
        assertThat(summary.at("/input/left_out/names/0").asText()).isEqualTo("b");
        assertThat(summary.at("/input/cut/names/0").asText()).isEqualTo("a second id");
    }

    @Test
    void jsonLinesAndSetsOfLabels() throws IOException {
        Path model = PredictModels.topics(folder);
        Path lines = data("news.jsonl", "{\"text\": \"a match\", \"topics\": [\"x\"]}\n{\"text\": \"\"}\n");
        JsonNode first = new ObjectMapper()
                .readTree(Files.readAllLines(predict(model, lines, "out.jsonl")).get(0));
        List<String> expected = PredictModels.load(model).classify("a match").labels();
        assertThat(first.get("id").asText()).isEqualTo("row-1");
        assertThat(first.get("labels")).extracting(JsonNode::asText).containsExactlyElementsOf(expected);
        assertThat(first.has("note")).isFalse();
        assertThat(Files.readAllLines(folder.resolve("out.jsonl")).get(1))
                .isEqualTo("{\"id\":\"row-2\",\"labels\":null,\"note\":\"no token\"}");
        assertThat(Files.readString(predict(model, lines, "out.csv")))
                .isEqualTo("id,labels,note\nrow-1," + String.join("|", expected) + ",\nrow-2,,no token\n");
    }

    @Test
    void residuesOfFastaHaveTagsByPosition() throws IOException {
        Path model = PredictModels.residues(folder);
        String sequence = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRV"; // two windows
        Path fasta = data("p.fasta", ">p1 first\n" + sequence + "\n>empty\n>p2\nmk-1*\n");
        List<String> lines = Files.readAllLines(predict(model, fasta, "out.tsv"));
        assertThat(lines.get(0)).isEqualTo("id\tposition\ttoken\ttag\tprobability\tnote");
        assertThat(lines).hasSize(1 + 40 + 1 + 3);
        Tagged tagged = PredictModels.load(model).tag(sequence);
        for (int t = 0; t < 40; t++) {
            String[] row = row(lines, t + 1);
            assertThat(row[0]).isEqualTo("p1");
            assertThat(row[1]).isEqualTo(String.valueOf(t + 1));
            assertThat(row[2]).isEqualTo(sequence.substring(t, t + 1));
            assertThat(row[3]).isEqualTo(tagged.labels().get(t));
            same(row[4], tagged.tags().get(t).probability());
        }
        assertThat(lines.get(41)).isEqualTo("empty\t\t\t\t\tno token");
        assertThat(row(lines, 44)).startsWith("p2", "3", "?");
    }

    @Test
    void wordsOfLinesHaveTags() throws IOException {
        Path model = PredictModels.words(folder);
        Path text = data("sentences.txt", "dogs bark\n\n \nwhy\n");
        List<String> lines = Files.readAllLines(predict(model, text, "out.tsv", "--kind", "lines"));
        assertThat(lines.stream()
                        .map(line ->
                                String.join("|", List.of(line.split("\t", -1)).subList(0, 3))))
                .containsExactly(
                        "id|position|token", "row-1|1|dogs", "row-1|2|bark", "row-2||", "row-3||", "row-4|1|why");
        assertThat(lines.get(3)).endsWith("\tno token");
        assertThat(lines.get(4)).endsWith("\tno word");
        assertThat(row(lines, 2)[3])
                .isEqualTo(PredictModels.load(model).tag("dogs bark").labels().get(1));
    }

    @Test
    void numbersHaveTheUnitsOfTheData() throws IOException {
        Path model = PredictModels.stability(folder);
        Path fasta = Cli.fasta(folder.resolve("p.fa"), 30, 9);
        List<String> lines = Files.readAllLines(predict(model, fasta, "out.tsv"));
        assertThat(lines.get(0)).isEqualTo("id\tstability\tvalue_id\tnote");
        assertThat(lines).hasSize(31);
        String sequence = Files.readAllLines(fasta).get(2 * 17 + 1);
        assertThat(row(lines, 18)[0]).isEqualTo("p17");
        double expected = PredictModels.load(model).regress(sequence).number("stability");
        assertThat(Double.parseDouble(row(lines, 18)[1])).isCloseTo(expected, within(4e-5));
    }

    @Test
    void aTextFileIsOneInputAndSoAreTheFilesOfAFolder() throws IOException {
        Path model = PredictModels.sentiment(folder);
        Path texts = Files.createDirectory(folder.resolve("texts"));
        Files.writeString(texts.resolve("b.txt"), "rain\nand wind");
        Files.writeString(texts.resolve("a.txt"), "sun");
        List<String> lines = Files.readAllLines(predict(model, texts, "out.tsv"));
        assertThat(lines).hasSize(3);
        assertThat(row(lines, 1)[0]).isEqualTo("a.txt");
        same(
                row(lines, 2)[2],
                PredictModels.load(model).classify("rain\nand wind").best().probability());
    }

    /** More inputs than a batch of the command, so that batches meet: each id must have its own result. */
    @Test
    void theOrderOutlastsBatches() throws IOException {
        Path model = PredictModels.families(folder);
        StringBuilder text = new StringBuilder("text\n");
        for (int i = 0; i < 4500; i++) {
            text.append("MKTAYIAKQRQISFVK", 0, 1 + i % 16).append('\n');
        }
        List<String> lines = Files.readAllLines(predict(model, data("many.csv", text.toString()), "out.tsv"));
        assertThat(lines).hasSize(4501);
        for (int i = 0; i < 4500; i++) {
            assertThat(row(lines, i + 1)[0]).isEqualTo("row-" + (i + 1));
            same(row(lines, i + 1)[2], Double.parseDouble(row(lines, 1 + i % 16)[2]));
        }
    }

    /** A model that was trained on a table with ids reads FASTA as FASTA, and another table as its own. */
    @Test
    void columnsAreThoseOfTheTrainingWhereThereAreColumns() throws IOException {
        PerformerModel proteins = PredictModels.load(PredictModels.families(folder));
        ExampleColumns columns = ExampleColumns.defaults()
                .withText("sequence")
                .withId("acc")
                .withLabels("family")
                .withGroup("clan");
        Path model = PredictModels.save(
                folder, proteins.info().task(), proteins.info().tokenizer(), columns);
        Path fasta = data("p.fasta", ">p1\nMKT\n>\nAYI\n");
        assertThat(Files.readAllLines(predict(model, fasta, "fasta.tsv")))
                .extracting(line -> line.split("\t", -1)[0])
                .containsExactly("id", "p1", "row-2");
        Path table = data("p.tsv", "acc\tsequence\nx\tMKT\n");
        assertThat(Files.readAllLines(predict(model, table, "table.tsv")))
                .extracting(line -> line.split("\t", -1)[0])
                .containsExactly("id", "x");
        Path other = data("q.csv", "seq,acc\nMKT,y\n");
        assertThat(Files.readAllLines(predict(model, other, "other.tsv", "--text-column", "seq")))
                .hasSize(2)
                .element(1)
                .asString()
                .startsWith("y\t");
    }

    /** From a table with labels to a run, and from the run to predictions of words without any. */
    @Test
    void aRunPredictsWhatItWasTrainedFor() throws IOException {
        StringBuilder rows = new StringBuilder("key,words,parts\n");
        for (int i = 0; i < 12; i++) {
            rows.append("k")
                    .append(i)
                    .append(",dogs bark ")
                    .append("so ".repeat(i % 3))
                    .append("now,N V ");
            rows.append("X ".repeat(i % 3)).append("X\n");
        }
        Path run = folder.resolve("run");
        Cli.run(
                        "train",
                        "--config",
                        Cli.config(folder.resolve("config.json"), "tag", "byte", "both"),
                        "--data",
                        data("train.csv", rows.toString()),
                        "--text-column",
                        "words",
                        "--label-column",
                        "parts",
                        "--id-column",
                        "key",
                        "--out",
                        run)
                .ok();
        Path sentences = data("new.jsonl", "{\"key\": \"a\", \"words\": \"birds sing\"}\n");
        List<String> lines = Files.readAllLines(predict(run, sentences, "new.tsv"));
        assertThat(lines.stream()
                        .map(line ->
                                String.join("|", List.of(line.split("\t", -1)).subList(0, 3))))
                .containsExactly("id|position|token", "a|1|birds", "a|2|sing");
        assertThat(row(lines, 1)[3]).isIn("N", "V", "X");
    }
}
