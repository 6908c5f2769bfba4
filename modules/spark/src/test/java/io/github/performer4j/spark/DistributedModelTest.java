package io.github.performer4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.step.Evaluators;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Distributed use against the same use in one process. */
class DistributedModelTest {
    @TempDir
    static Path folder;

    private static JavaSparkContext spark;
    private static Path proteins;
    private static Path table;
    private static Path masked;
    private static Path classifier;

    @BeforeAll
    static void train() throws IOException {
        spark = Runs.local("local[2]");
        proteins = Runs.proteins(folder.resolve("proteins.fasta"), 41);
        masked = folder.resolve("masked");
        Runs.run(Runs.config(2), proteins, masked).execute();
        StringBuilder rows = new StringBuilder("name,text,kind\n");
        for (int i = 0; i < 60; i++) {
            rows.append("row")
                    .append(i)
                    .append(',')
                    .append(i % 3 == 0 ? "abcab" : "cbbac")
                    .append((char) ('a' + i % 3))
                    .append(i % 3 == 0 ? ",first\n" : ",second\n");
        }
        rows.append("empty,,first\n");
        table = Files.writeString(folder.resolve("table.csv"), rows.toString());
        classifier = folder.resolve("classifier");
        Runs.run(RunConfig.fromJson("""
                {"task": {"name": "classify"},
                 "model": {"maxTokens": 16, "width": 8, "layers": 1, "feedForward": {"hidden": 16},
                           "attention": {"heads": 2, "features": 8, "causal": false}},
                 "data": {"tokens": "character", "maxTokens": 16, "tokensPerBatch": 64,
                          "columns": {"text": "text", "labels": ["kind"], "id": "name"}},
                 "training": {"steps": 3, "warmupSteps": 1, "evalEvery": 0}}
                """), table, classifier).execute();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @Test
    void vectorsComeInTheOrderOfTheData() throws IOException {
        Path out = folder.resolve("vectors");
        assertThat(new DistributedModel(masked).embed(spark, proteins, out, 3)).isEqualTo(41);
        List<String> lines = lines(out, "part-00000.tsv", "part-00001.tsv", "part-00002.tsv");
        lines.removeIf(line -> line.startsWith("id\t"));
        assertThat(lines).hasSize(41);
        PerformerModel model = model(masked);
        List<String> sequences = Files.readAllLines(proteins);
        for (int i = 0; i < 41; i++) {
            assertThat(lines.get(i)).isEqualTo("p" + i + Answers.columns(model.embed(sequences.get(2 * i + 1))));
        }
        assertThat(out.resolve("_SUCCESS")).exists();
        assertThatThrownBy(() -> new DistributedModel(masked).embed(spark, proteins, out, 3))
                .isInstanceOf(IOException.class)
                .hasMessage("the folder must be new or empty; folder=" + out);
    }

    @Test
    void predictionsComeInTheOrderOfTheTable() throws IOException {
        Path out = folder.resolve("predictions");
        assertThat(new DistributedModel(classifier).predict(spark, table, out, 4))
                .isEqualTo(61);
        List<String> lines = lines(out, "part-00000.jsonl", "part-00001.jsonl", "part-00002.jsonl", "part-00003.jsonl");
        assertThat(lines).hasSize(61);
        PerformerModel model = model(classifier);
        for (int i = 0; i < 60; i++) {
            JsonNode line = new ObjectMapper().readTree(lines.get(i));
            String text = Files.readAllLines(table).get(i + 1).split(",")[1];
            assertThat(line.path("id").asText()).isEqualTo("row" + i);
            assertThat(line.path("label").asText())
                    .isEqualTo(model.classify(text).best().label());
            assertThat(line.path("probability").asDouble())
                    .isEqualTo(model.classify(text).best().probability());
        }
        assertThat(lines.get(60)).isEqualTo("{\"id\":\"empty\",\"note\":\"no token\"}");
        assertThatThrownBy(() -> new DistributedModel(masked).predict(spark, table, folder.resolve("none"), 1))
                .hasMessage("predictions need a model of task classify, tag, regress or pairs; task=masked-lm");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    /** Masks are drawn by batch, so an evaluation of shares is that of the whole. */
    @Test
    void evaluationsDoNotDependOnTheParts() throws IOException {
        for (Path run : List.of(masked, classifier)) {
            Path data = run == masked ? proteins : table;
            PerformerModel model = model(run);
            Evaluation whole = Evaluators.of(
                            model.info(),
                            Corpus.open(
                                    data, model.info().reading(), model.info().tokenizer()),
                            7,
                            Long.MAX_VALUE)
                    .evaluate(model.net(), 1);
            for (int parts : new int[] {1, 3, 20}) {
                assertThat(new DistributedModel(run).eval(spark, data, parts, 7))
                        .isEqualTo(whole);
            }
        }
        assertThatThrownBy(() -> new DistributedModel(masked).eval(spark, proteins, 0, 1))
                .hasMessage("parts must be at least 1; parts=0");
    }

    @Test
    void columnsOfADataset() throws IOException {
        SparkSession session = SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
        List<String> texts = new ArrayList<>(List.of("abcaba", "cbbacb", ""));
        texts.add(null);
        List<Row> rows = session.createDataset(texts, Encoders.STRING())
                .withColumn(
                        "vector", new DistributedModel(classifier).embedding().apply(col("value")))
                .withColumn(
                        "said", new DistributedModel(classifier).prediction().apply(col("value")))
                .selectExpr("value", "vector", "get_json_object(said, '$.label')")
                .collectAsList();
        PerformerModel model = model(classifier);
        for (int i = 0; i < 2; i++) {
            float[] expected = model.embed(texts.get(i));
            List<Float> vector = rows.get(i).getList(1);
            for (int d = 0; d < expected.length; d++) {
                assertThat(vector.get(d)).isEqualTo(expected[d]);
            }
            assertThat(rows.get(i).getString(2))
                    .isEqualTo(model.classify(texts.get(i)).best().label());
        }
        assertThat(rows.get(2).isNullAt(2)).isTrue();
        assertThat(rows.get(3).isNullAt(1)).isTrue();
    }

    private static PerformerModel model(Path run) throws IOException {
        return ModelFile.load(RunFolder.modelFile(run));
    }

    private static List<String> lines(Path out, String... files) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> all = Files.list(out)) {
            assertThat(all.map(file -> file.getFileName().toString())
                            .filter(name -> !name.startsWith("_"))
                            .toList())
                    .containsExactlyInAnyOrder(files);
        }
        for (String file : files) {
            lines.addAll(Files.readAllLines(out.resolve(file)));
        }
        return lines;
    }
}
