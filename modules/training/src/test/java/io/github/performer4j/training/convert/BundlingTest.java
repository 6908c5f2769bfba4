package io.github.performer4j.training.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.imports.ImportSettings;
import io.github.performer4j.checkpoint.imports.ModelImport;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.core.net.SnnkAdapters;
import io.github.performer4j.core.program.Snnk;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Feed-forwards of small imported models, post-norm and pre-norm, are bundled. */
class BundlingTest {
    private static final Path IMPORTS = Path.of("../checkpoint/src/test/resources/golden/imports");
    private static final int ENOUGH = 200; // features, more than there are different tokens

    private static final String TEXT = "c d g e"; // one of those that are fitted to

    @TempDir
    Path folder;

    private PerformerModel model;
    private Corpus corpus;

    @BeforeEach
    void read() throws IOException {
        read("bert");
    }

    private void read(String name) throws IOException {
        HuggingFaceFolder files = HuggingFaceFolder.find(IMPORTS.resolve(name), null, null);
        model = ModelImport.read(
                        files,
                        new ImportSettings(false, null, Map.of(), 1),
                        new Provenance(name, "", 1, 0, "test", "17", "1970-01-01T00:00:00Z"))
                .model();
        String[] words = {"a", "b", "c", "d", "e", "f", "g"};
        StringBuilder table = new StringBuilder("text\n");
        for (int i = 0; i < 60; i++) {
            for (int j = 0; j <= i % 7; j++) {
                table.append(words[(i * 3 + j * j) % words.length]).append(j < i % 7 ? " " : "\n");
            }
        }
        Path file = Files.writeString(folder.resolve(name + ".tsv"), table.toString());
        DataConfig reading = model.info()
                .data()
                .withColumns(ExampleColumns.defaults().withText("text"))
                .withKind("table")
                .withTokensPerBatch(256);
        corpus = Corpus.open(file, reading, model.info().tokenizer());
    }

    private List<Bundling.Fitted> fits(PerformerModel of, List<Integer> blocks, int features, List<PerformerModel> to)
            throws IOException {
        List<Bundling.Fitted> fits = new ArrayList<>();
        to.add(new Bundling(of, blocks, features, 1e-9).fit(corpus, 10_000, 3, fits::add));
        return fits;
    }

    /** With a feature for each token that there is, features can say all that a feed-forward says: then the bundled model is the model. */
    @ParameterizedTest
    @ValueSource(strings = {"bert", "modernbert"})
    void enoughFeaturesSayAllOfIt(String name) throws IOException {
        read(name);
        int layers = model.info().model().layers();
        List<PerformerModel> to = new ArrayList<>();
        List<Bundling.Fitted> fits = fits(model, List.of(), ENOUGH, to);
        assertThat(fits).extracting(Bundling.Fitted::block).hasSize(layers).startsWith(1, 2);
        assertThat(fits).allSatisfy(fit -> assertThat(fit.error()).isBetween(-1e-6, 1e-4));
        PerformerModel bundled = to.get(0);
        float[] expected = model.embed(TEXT);
        assertThat(bundled.embed(TEXT)).usingComparatorWithPrecision(2e-2f).containsExactly(expected);
        assertThat(bundled.info().model().feedForward().features()).isEqualTo(ENOUGH);
        assertThat(bundled.net().getLayer("block-0").getParam("W2").size(0)).isEqualTo(ENOUGH);
    }

    /** Layers that are not named keep their weights, the first model is not changed, and a second bundling goes on. */
    @Test
    void layersOneByOne() throws IOException {
        float[] before = model.embed(TEXT);
        List<PerformerModel> to = new ArrayList<>();
        fits(model, List.of(2), 8, to);
        PerformerModel second = to.get(0);
        assertThat(model.embed(TEXT)).isEqualTo(before);
        assertThat(second.info().model().feedForward().snnk()).isEqualTo("2");
        assertThat(second.net().getLayer("block-0").paramTable())
                .isEqualTo(model.net().getLayer("block-0").paramTable());
        assertThat(second.net().getLayer("block-1").getParam("Wq"))
                .isEqualTo(model.net().getLayer("block-1").getParam("Wq"));
        List<Bundling.Fitted> fits = fits(second, List.of(1), 8, to);
        assertThat(fits.get(0).error()).isBetween(0.001, 1.0);
        assertThat(to.get(1).info().model().feedForward().snnk()).isEqualTo("1,2");
        assertThat(to.get(1).net().getLayer("block-1").getParam("W2"))
                .isEqualTo(second.net().getLayer("block-1").getParam("W2"));
        assertThatThrownBy(() -> fits(second, List.of(2), 8, to)).hasMessage("a layer is bundled once; layer=2");
        assertThatThrownBy(() -> fits(second, List.of(1), 9, to)).hasMessageContaining("as many features; features=9");
    }

    @Test
    void refuses() {
        assertThatThrownBy(() -> new Bundling(model, List.of(9), 8, 1e-6)).hasMessageContaining("layer=9");
        assertThatThrownBy(() -> new Bundling(model, List.of(0), 8, 1e-6)).hasMessageContaining("layer=0");
        assertThatThrownBy(() -> new Bundling(model, List.of(), 0, 1e-6)).hasMessageContaining("features=0");
        assertThatThrownBy(() -> new Bundling(model, List.of(), 8, 0)).hasMessageContaining("ridge=0.0");
        PerformerModel adapted = new PerformerModel(SnnkAdapters.attach(model.net(), new Snnk(3, 1)), model.info());
        assertThatThrownBy(() -> new Bundling(adapted, List.of(), 8, 1e-6)).hasMessageContaining("adapters");
    }

    /** Packed rows of a model of next tokens have one symbol more than it reads. */
    @Test
    void packedTextsAreRead() throws IOException {
        read("gpt2");
        DataConfig reading =
                model.info().data().withKind("text").withFraming(Framing.PACKED).withTokensPerBatch(256);
        Path text = Files.writeString(folder.resolve("long.txt"), "a b c d e f g a c e g ".repeat(100));
        corpus = Corpus.open(text, reading, model.info().tokenizer());
        assertThat(corpus.tokens()).isGreaterThan(2L * reading.maxTokens());
        List<Bundling.Fitted> fits = fits(model, List.of(1), 8, new ArrayList<>());
        assertThat(fits).hasSize(1);
        assertThat(fits.get(0).rows()).isGreaterThan(2L * reading.maxTokens());
        assertThat(fits.get(0).error()).isBetween(0.0, 1.0);
    }
}
