package io.github.performer4j.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.task.Classification;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.datavec.RecordExamples;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ReadingOptions;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.training.batch.BatchIterator;
import io.github.performer4j.training.batch.Classified;
import io.github.performer4j.training.task.TaskTraining;
import io.github.performer4j.training.task.Trainings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.split.FileSplit;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.IntegerColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.schema.Schema;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A classifier learns the same from a transformed file, from a table with the transform in front, and from DataVec's
 * reader with it.
 */
class RecordCorpusTest {
    private static final int N = 60;
    private static final DataConfig CONFIG = DataConfig.defaults()
            .withTokens("character")
            .withMaxTokens(12)
            .withTokensPerBatch(48)
            .withColumns(ExampleColumns.defaults().withText("word").withLabels("y"));

    @TempDir
    Path dir;

    private static TransformProcess process() {
        Schema schema = new Schema.Builder()
                .addColumnString("name")
                .addColumnInteger("n")
                .addColumnString("y")
                .build();
        return new TransformProcess.Builder(schema)
                .filter(new ConditionFilter(new IntegerColumnCondition("n", ConditionOp.LessThan, 0)))
                .appendStringColumnTransform("name", "+")
                .renameColumn("name", "word")
                .removeColumns("n")
                .build();
    }

    /** Every seventh row is filtered out; with the header that tables have, or without. */
    private Path raw(boolean header) throws IOException {
        StringBuilder rows = new StringBuilder(header ? "name,n,y\n" : "");
        for (int i = 0; i < N; i++) {
            rows.append(name(i))
                    .append(',')
                    .append(i % 7 == 0 ? -1 : i)
                    .append(',')
                    .append(label(i))
                    .append('\n');
        }
        return Files.writeString(dir.resolve(header ? "raw.csv" : "bare.csv"), rows);
    }

    private Path transformed() throws IOException {
        StringBuilder rows = new StringBuilder("word,y\n");
        for (int i = 0; i < N; i++) {
            if (i % 7 != 0) {
                rows.append(name(i)).append("+,").append(label(i)).append('\n');
            }
        }
        return Files.writeString(dir.resolve("transformed.csv"), rows);
    }

    private static String name(int i) {
        return "abcdefgh".substring(i % 4, 4 + i % 5);
    }

    private static String label(int i) {
        return i * i % 3 == 0 ? "x" : "y";
    }

    private static RecordReader reader(Path file) throws IOException {
        try {
            RecordReader reader = new CSVRecordReader();
            reader.initialize(new FileSplit(file.toFile()));
            return reader;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private List<Corpus> corpora() throws IOException {
        Path bare = raw(false);
        Path json = Files.writeString(dir.resolve("transform.json"), process().toJson());
        DataConfig infront = CONFIG.withColumns(
                CONFIG.columns().withOptions(ReadingOptions.defaults().withTransform(json)));
        return List.of(
                Corpus.open(transformed(), CONFIG, null),
                Corpus.open(raw(true), infront, null),
                Corpus.of(
                        "rows", columns -> RecordExamples.of("rows", reader(bare), process(), columns), CONFIG, null));
    }

    private static List<Batch> epoch(BatchSource source, long epoch) throws IOException {
        List<Batch> batches = new ArrayList<>();
        try (BatchStream stream = source.open(5, epoch)) {
            stream.forEachRemaining(batches::add);
        }
        return batches;
    }

    @Test
    void batchesAndNetsAreTheSame() throws IOException {
        List<List<Batch>> batches = new ArrayList<>();
        List<float[]> params = new ArrayList<>();
        for (Corpus corpus : corpora()) {
            TaskTraining training = Trainings.of(new Classification()).complete(corpus);
            assertThat(((Classification) training.task()).labels()).containsExactly("x", "y");
            BatchSource source = corpus.labelled(training.labels()).batches(training.batching(), true);
            List<Batch> all = epoch(source, 0);
            all.addAll(epoch(source, 1));
            batches.add(all);
            ComputationGraph net = Classified.net(training.task(), new Adam(1e-2), DataType.FLOAT, false);
            net.fit(BatchIterator.training(source, 5), 2);
            params.add(net.params().toFloatVector());
        }
        assertThat(batches.get(0).stream().mapToDouble(Batch::weight).sum()).isEqualTo(2 * (N - 9));
        for (int i = 1; i < 3; i++) {
            assertThat(batches.get(i)).isEqualTo(batches.get(0));
            assertThat(params.get(i)).isEqualTo(params.get(0));
        }
    }

    /** A transform decides what is read: with another one a run does not go on. */
    @Test
    void theHashOfDataIsThatOfTheTransformToo() throws IOException {
        Path table = raw(true);
        Path json = Files.writeString(dir.resolve("transform.json"), process().toJson());
        DataConfig config = CONFIG.withColumns(
                CONFIG.columns().withOptions(ReadingOptions.defaults().withTransform(json)));
        String before = Sha256.of(table, config);
        assertThat(Sha256.of(table, CONFIG)).isNotEqualTo(before);
        Files.writeString(json, process().toJson().replace("\"+\"", "\"-\""));
        assertThat(Sha256.of(table, config)).isNotEqualTo(before);
        Files.writeString(json, process().toJson());
        assertThat(Sha256.of(table, config)).isEqualTo(before);
    }
}
