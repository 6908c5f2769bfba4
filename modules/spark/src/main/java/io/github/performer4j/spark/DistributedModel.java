package io.github.performer4j.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.ModelInput;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.step.Evaluator;
import io.github.performer4j.training.step.Evaluators;
import io.github.performer4j.training.task.Evaluation;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import scala.Tuple2;

/**
 * A trained model at work on a cluster. Model, data and results lie on paths that every machine knows, a shared file system say; each task reads the data and does its share of it.
 */
public final class DistributedModel {
    private static final int ITEMS = 512;

    private final SharedModel model;
    private final ModelInfo info;

    /**
     * Makes it ready.
     *
     * @param path a model zip, a run folder for its best model, or the folder of a published one
     * @throws IOException if there is no model
     */
    public DistributedModel(Path path) throws IOException {
        model = SharedModel.of(RunFolder.modelFile(path));
        info = model.load().info();
    }

    /**
     * Writes a vector for every sequence, as {@code performer embed} does: {@code part-00000.tsv}, … in the order of the data, each with a head, and at the end {@code _SUCCESS}.
     *
     * @param data FASTA, text, a table or JSON lines
     * @param out a folder that does not exist or is empty
     * @param parts number of tasks and files, at least 1
     * @return number of sequences
     * @throws IllegalArgumentException if the model has an encoder and a decoder
     * @throws IOException if data cannot be read or a file not be written
     */
    public long embed(JavaSparkContext spark, Path data, Path out, int parts) throws IOException {
        requireNoSource();
        SharedModel shared = model;
        String from = data.toAbsolutePath().toString();
        long count;
        try (DocumentStream stream = Items.corpus(info, data).stream()) {
            count = skip(stream, Long.MAX_VALUE);
        }
        return new PartFiles(out, "tsv").write(spark, count, parts, (file, first, end) -> {
            PerformerModel loaded = shared.load();
            embed(loaded, Items.corpus(loaded.info(), Path.of(from)), file, first, end);
        });
    }

    private void requireNoSource() {
        if (info.task().readsSource()) {
            throw new IllegalArgumentException(
                    "vectors are of models that read one sequence, and this one has an encoder and a decoder; task="
                            + info.task().name());
        }
    }

    private static long skip(DocumentStream stream, long documents) throws IOException {
        long done = 0;
        while (done < documents && stream.next() != null) {
            done++;
        }
        return done;
    }

    private static void embed(PerformerModel loaded, Corpus corpus, BufferedWriter file, long first, long end)
            throws IOException {
        file.write("id");
        for (int d = 0; d < loaded.info().model().width(); d++) {
            file.write("\td" + d);
        }
        file.write('\n');
        try (DocumentStream stream = corpus.stream()) {
            skip(stream, first);
            for (long i = first; i < end; i++) {
                Document document = stream.next();
                if (document.tokens().length > 0) {
                    String stretch = document.start() > 0 ? "@" + document.start() : "";
                    file.write(document.id() + stretch + Answers.columns(loaded.embed(document.tokens())) + "\n");
                }
            }
        }
    }

    /**
     * Writes what the model says of every input as JSON lines with an {@code id}, see {@link Answers}: {@code part-00000.jsonl}, … in the order of the data, and at the end {@code _SUCCESS}.
     *
     * @param data as for {@link #embed}; labels in it are not looked at
     * @return number of inputs
     * @throws IllegalArgumentException if the model predicts nothing of whole texts
     */
    public long predict(JavaSparkContext spark, Path data, Path out, int parts) throws IOException {
        Answers.of(model.load());
        SharedModel shared = model;
        String from = data.toAbsolutePath().toString();
        long count;
        try (Items items = new Items(Items.corpus(info, data), null)) {
            count = items.skip(Long.MAX_VALUE);
        }
        return new PartFiles(out, "jsonl").write(spark, count, parts, (file, first, end) -> {
            PerformerModel loaded = shared.load();
            predict(Answers.of(loaded), Items.corpus(loaded.info(), Path.of(from)), file, first, end);
        });
    }

    private static void predict(Answers answers, Corpus corpus, BufferedWriter file, long first, long end)
            throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        try (Items items = new Items(corpus, answers.reader())) {
            items.skip(first);
            for (long i = first; i < end; i += ITEMS) {
                List<String> ids = new ArrayList<>();
                List<ModelInput> inputs = new ArrayList<>();
                for (long j = i; j < Math.min(end, i + ITEMS); j++) {
                    Items.Item item = items.next();
                    ids.add(item.id());
                    inputs.add(item.input());
                }
                List<ObjectNode> said = answers.of(inputs);
                for (int j = 0; j < ids.size(); j++) {
                    ObjectNode line = mapper.createObjectNode().put("id", ids.get(j));
                    if (said.get(j) == null) {
                        line.put("note", "no token");
                    } else {
                        line.setAll(said.get(j));
                    }
                    file.write(mapper.writeValueAsString(line) + "\n");
                }
            }
        }
    }

    /**
     * Measures the model on all of the data: the figures of {@code performer eval}, whatever the number of parts.
     *
     * @param data as the model's task reads it
     * @param parts number of tasks, at least 1
     * @param seed of what is drawn, such as masks
     * @throws IllegalArgumentException if there is nothing to predict
     */
    public Evaluation eval(JavaSparkContext spark, Path data, int parts, long seed) throws IOException {
        PartFiles.requireParts(parts);
        SharedModel shared = model;
        String from = data.toAbsolutePath().toString();
        corpus(model.load(), data).documents(); // reads all: a fault of the data is told here, not by a task
        Evaluator evaluator = evaluator(model.load(), data, seed);
        List<List<Object>> shares = new ArrayList<>(Collections.nCopies(parts, List.of()));
        spark.parallelize(IntStream.range(0, parts).boxed().toList(), parts)
                .map(part -> {
                    PerformerModel loaded = shared.load();
                    return new Tuple2<>(
                            part,
                            new ArrayList<>(
                                    evaluator(loaded, Path.of(from), seed).share(loaded.net(), part, parts)));
                })
                .collect()
                .forEach(share -> shares.set(share._1(), share._2()));
        return evaluator.sum(shares);
    }

    private static Evaluator evaluator(PerformerModel model, Path data, long seed) throws IOException {
        return Evaluators.of(model.info(), corpus(model, data), seed, Long.MAX_VALUE);
    }

    private static Corpus corpus(PerformerModel model, Path data) throws IOException {
        return Corpus.open(
                data, model.info().reading().withoutNegatives(), model.info().tokenizer());
    }

    /**
     * Returns a function of a text column that gives its vector, an array of floats: {@code rows.withColumn("vector", model.embedding().apply(col("text")))}; null for null and for texts
     * without a token.
     *
     * @throws IllegalArgumentException if the model has an encoder and a decoder
     */
    public UserDefinedFunction embedding() {
        requireNoSource();
        SharedModel shared = model;
        UDF1<String, float[]> embed = text -> text == null ? null : vector(shared.load(), text);
        return functions.udf(embed, DataTypes.createArrayType(DataTypes.FloatType, false));
    }

    private static float[] vector(PerformerModel model, String text) {
        int[] ids = model.read(text).ids();
        return ids.length == 0 ? null : model.embed(ids);
    }

    /**
     * Returns a function of a text column that gives what the model says of it as JSON, which {@code from_json} and {@code get_json_object} take apart, see {@link Answers}; null for null and for texts without a token.
     *
     * @throws IllegalArgumentException if the model predicts nothing of whole texts
     */
    public UserDefinedFunction prediction() throws IOException {
        Answers.of(model.load());
        SharedModel shared = model;
        UDF1<String, String> predict = text -> text == null ? null : answer(shared, text);
        return functions.udf(predict, DataTypes.StringType);
    }

    private static String answer(SharedModel shared, String text) throws IOException {
        Answers answers = Answers.of(shared.load());
        ObjectNode said = answers.of(List.of(answers.reader().read(text))).get(0);
        return said == null ? null : new ObjectMapper().writeValueAsString(said);
    }
}
