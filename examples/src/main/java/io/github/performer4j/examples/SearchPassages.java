package io.github.performer4j.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.Embedder;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.files.InputFiles;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.training.convert.Conversion;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.step.TrainingConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * A search by meaning: MiniLM from its Maven artefact gets linear attention, learns from the passages themselves to have the vectors that it had, and fills a Lucene index of vectors.
 */
public final class SearchPassages {
    private static final int LENGTH = 400; // characters of a passage, about
    private static final String VECTOR = "vector";
    private static final String TEXT = "text";

    private SearchPassages() {}

    /**
     * A passage that was found.
     *
     * @param cosine of its vector and the question's
     */
    public record Hit(String text, double cosine) {}

    /**
     * Makes the model linear.
     *
     * @param exact an imported encoder of sentences
     * @param passages texts to learn from, without labels
     * @param folder for a file of them
     * @param steps of learning: 700 come to a mean cosine of 0.95 to the exact vectors, in some 20 minutes of two cores
     */
    public static PerformerModel linear(PerformerModel exact, List<String> passages, Path folder, int steps)
            throws IOException {
        Path file = folder.resolve("passages.jsonl");
        ObjectMapper json = new ObjectMapper();
        List<String> lines = new ArrayList<>();
        for (String passage : passages) {
            lines.add(json.writeValueAsString(Map.of(TEXT, passage)));
        }
        Files.write(file, lines);
        DataConfig reading = exact.info()
                .reading()
                .withKind("auto")
                .withTokensPerBatch(1024)
                .withColumns(ExampleColumns.defaults().withText(TEXT));
        Corpus corpus = Corpus.open(file, reading, exact.info().tokenizer());
        PerformerConfig config = exact.info()
                .model()
                .with(Map.of("attention.kind", "linear", "attention.featureMap", "sderf", "attention.features", 128));
        TrainingConfig training = TrainingConfig.defaults()
                .withSteps(steps)
                .withLearningRate(1e-3)
                .withWarmupSteps(Math.min(20, steps / 2))
                .withWeightDecay(0)
                .withSeed(1);
        return new Conversion(exact, config, training)
                .learn(corpus, RunListener.NONE, stop -> {})
                .model();
    }

    /** Cuts texts into passages of whole paragraphs. */
    public static List<String> passages(Path text) throws IOException {
        List<String> passages = new ArrayList<>();
        StringBuilder next = new StringBuilder();
        try (InputStream in = InputFiles.open(text)) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String paragraph : all.split("\\R\\s*\\R")) {
                next.append(paragraph.replaceAll("\\s+", " ").strip()).append(' ');
                if (next.length() >= LENGTH) {
                    passages.add(next.toString().strip());
                    next.setLength(0);
                }
            }
        }
        if (!next.toString().isBlank()) {
            passages.add(next.toString().strip());
        }
        return passages;
    }

    /** Returns the passages that are nearest to a question, best first. */
    public static List<Hit> search(PerformerModel model, List<String> passages, String question, int most)
            throws IOException {
        Embedder embedder = model.embedder();
        List<float[]> vectors = embedder.embed(passages);
        try (ByteBuffersDirectory directory = new ByteBuffersDirectory()) {
            try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
                for (int i = 0; i < passages.size(); i++) {
                    Document document = new Document();
                    document.add(new KnnFloatVectorField(VECTOR, vectors.get(i), VectorSimilarityFunction.COSINE));
                    document.add(new StoredField(TEXT, passages.get(i)));
                    writer.addDocument(document);
                }
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                IndexSearcher searcher = new IndexSearcher(reader);
                List<Hit> hits = new ArrayList<>();
                for (ScoreDoc hit : searcher.search(
                                new KnnFloatVectorQuery(VECTOR, embedder.embed(question), most), most)
                        .scoreDocs) {
                    String text = searcher.storedFields().document(hit.doc).get(TEXT);
                    hits.add(new Hit(text, 2 * hit.score - 1)); // Lucene's score is (1 + cosine)/2
                }
                return hits;
            }
        }
    }

    /** Arguments: a text, {@code datasets/text/jane-austen/persuasion.txt.gz} by default, a question, and steps of learning. */
    public static void main(String[] args) throws IOException {
        Path text = Path.of(args.length > 0 ? args[0] : "datasets/text/jane-austen/persuasion.txt.gz");
        String question = args.length > 1 ? args[1] : "She regrets that she refused him years ago.";
        int steps = args.length > 2 ? Integer.parseInt(args[2]) : 100;
        Path folder = Files.createTempDirectory("search");
        List<String> passages = passages(text);
        PerformerModel model = linear(MiniLm.read(folder), passages, folder, steps);
        for (Hit hit : search(model, passages, question, 3)) {
            System.out.printf(Locale.ROOT, "%.3f  %s%n", hit.cosine(), hit.text());
        }
    }
}
