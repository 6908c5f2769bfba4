package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import io.github.performer4j.checkpoint.ExportFormats;
import io.github.performer4j.checkpoint.ExportSettings;
import io.github.performer4j.checkpoint.ModelCard;
import io.github.performer4j.checkpoint.ModelExport;
import io.github.performer4j.checkpoint.PerformerModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A public model in the frameworks that people use, and in a search of their own. */
class MiniLmExamplesTest {
    private static final Path NOVEL = Path.of("../datasets/text/jane-austen/persuasion.txt.gz");
    private static final List<String> TEXTS = List.of("A man is eating food.", "A man eats something.", "It rains.");

    @TempDir
    private static Path folder;

    private static PerformerModel model;

    @BeforeAll
    static void read() throws IOException {
        model = MiniLm.read(folder);
    }

    @Test
    void langChainGetsTheModelsVectors() {
        EmbeddingModel embeddings = new LangChainEmbeddings(model);
        assertThat(embeddings.dimension()).isEqualTo(384);
        List<float[]> expected = model.embedder().embed(TEXTS);
        List<TextSegment> segments = TEXTS.stream().map(TextSegment::from).toList();
        for (int i = 0; i < TEXTS.size(); i++) {
            assertThat(embeddings.embedAll(segments).content().get(i).vector()).isEqualTo(expected.get(i));
        }
        assertThat(embeddings.embed(TEXTS.get(0)).content().vector())
                .containsExactly(expected.get(0), org.assertj.core.data.Offset.offset(1e-5f));
        String longText = "word ".repeat(600);
        assertThat(new LangChainEmbeddings(model).tokens(longText)).isEqualTo(600);
        assertThatThrownBy(() -> embeddings.embed(longText)).hasMessageContaining("tokens=600, window=512");
    }

    @Test
    void djlRunsTheExportedFile() throws IOException, ModelException, TranslateException {
        Path onnx = folder.resolve("minilm.onnx");
        new ModelExport(ExportFormats.named("onnx"), model, onnx)
                .write(model, ExportSettings.defaults(), ModelCard.unknown());
        try (ZooModel<String, float[]> zoo = DjlSentenceTranslator.load(onnx, 512);
                Predictor<String, float[]> predictor = zoo.newPredictor()) {
            for (String text : TEXTS) {
                float[] found = predictor.predict(text);
                float[] expected = model.embedder().embed(text);
                for (int e = 0; e < expected.length; e++) {
                    assertThat(found[e]).isCloseTo(expected[e], within(1e-4f));
                }
            }
            assertThatThrownBy(() -> predictor.predict("word ".repeat(600))).hasMessageContaining("tokens=602");
        }
    }

    /** The same numbers as ONNX Runtime's by exact attention, positions stretched or not; about the same by features. */
    @Test
    void speedIsMeasuredBesideOnnxRuntime() throws IOException {
        List<EmbeddingSpeed.Row> rows = EmbeddingSpeed.measure(folder, List.of(24, 520), 64, 1, 2);
        assertThat(rows).hasSize(7).allMatch(row -> row.ms() > 0);
        for (EmbeddingSpeed.Row row : rows) {
            assertThat(row.cosine()).isGreaterThan(row.engine() == EmbeddingSpeed.Engine.LINEAR ? 0.3 : 1 - 1e-6);
            assertThat(row.line()).contains(row.engine().name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    /** With two steps of learning the linear model is hardly the exact one's; the sentence itself is found all the same. */
    @Test
    void passagesAreFound() throws IOException {
        List<String> passages = SearchPassages.passages(NOVEL).subList(0, 40);
        assertThat(passages).allMatch(passage -> !passage.isBlank() && !passage.contains("\n"));
        PerformerModel linear = SearchPassages.linear(model, passages, folder, 2);
        assertThat(linear.info().model().attention().kind()).isEqualTo("linear");
        List<SearchPassages.Hit> hits = SearchPassages.search(linear, passages, passages.get(17), 3);
        assertThat(hits).hasSize(3);
        assertThat(hits.get(0).text()).isEqualTo(passages.get(17));
        assertThat(hits.get(0).cosine()).isCloseTo(1, within(1e-4));
        assertThat(hits.get(1).cosine()).isLessThan(1 - 1e-3);
        List<SearchPassages.Hit> exact =
                SearchPassages.search(model, passages, "He reads a book about noble families.", 3);
        assertThat(exact).anyMatch(hit -> hit.text().contains("Baronetage"));
    }
}
