package io.github.performer4j.checkpoint.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ExportFormats;
import io.github.performer4j.checkpoint.ExportSettings;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.checkpoint.weights.SafetensorsFile;
import io.github.performer4j.checkpoint.weights.WeightTensor;
import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Small random models of every family compute what golden/imports/make.py computes, which knows only the papers, or their authors' programs; see README.md there. */
class GoldenImportTest {
    /** Sums of float32 against float64. */
    private static final double ERROR = 2e-5;

    static final Path FOLDER = Path.of("src", "test", "resources", "golden", "imports");

    /** What a tokenizer does with two texts. */
    private static final Map<String, Object> PAIRS =
            Map.of("type", "BertProcessing", "cls", List.of("[CLS]", 2), "sep", List.of("[SEP]", 3));

    @TempDir
    Path dir;

    static ModelImport read(String name) throws IOException {
        return ModelImport.read(
                HuggingFaceFolder.find(FOLDER.resolve(name), null, null),
                ImportSettings.defaults(),
                Provenance.unknown());
    }

    static JsonNode expected(String name) throws IOException {
        return new ObjectMapper()
                .readTree(FOLDER.resolve(name).resolve("expected.json").toFile());
    }

    static int[][] rows(JsonNode expected) throws IOException {
        return new ObjectMapper().treeToValue(expected.get("rows"), int[][].class);
    }

    static void check(INDArray found, JsonNode expected) {
        for (int b = 0; b < expected.size(); b++) {
            for (int t = 0; t < expected.get(b).size(); t++) {
                JsonNode row = expected.get(b).get(t);
                assertThat(found.size(2)).isEqualTo(row.size());
                for (int e = 0; e < row.size(); e++) {
                    assertThat(found.getDouble(b, t, e))
                            .as("[%d,%d,%d]", b, t, e)
                            .isCloseTo(row.get(e).asDouble(), within(ERROR));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bert,bert",
        "roberta,roberta",
        "distilbert,distilbert",
        "esm,esm",
        "esmc,esmc",
        "esmc-fused,esmc",
        "modernbert,modernbert",
        "modernbert-biased,modernbert",
        "jina-bert,alibi-bert",
        "mosaic-bert,alibi-bert",
        "t5,t5",
        "t5-gated,t5",
        "gpt2,gpt2",
        "llama,llama",
        "mistral,llama",
        "qwen2,llama"
    })
    void modelsComputeWhatTheyComputed(String name, String family) throws IOException {
        ModelImport imported = read(name);
        assertThat(imported.architecture()).isEqualTo(family);
        assertThat(imported.report().fresh()).isEmpty();
        Path file = dir.resolve("m.zip");
        ModelFile.save(file, imported.model().net(), imported.model().info(), false, Map.of());
        PerformerModel model = ModelFile.load(file);
        JsonNode expected = expected(name);
        check(Runs.hidden(model, rows(expected)), expected.get("hidden"));
        if (expected.has("probabilities")) {
            check(Runs.output(model, "head", rows(expected)), expected.get("probabilities"));
        }
    }

    /** Heads for masked tokens: an own table, one that is the tokens', one of an activation of its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bert-masked",
                "roberta-masked",
                "distilbert-masked",
                "esm",
                "esmc",
                "esmc-fused",
                "modernbert",
                "modernbert-biased",
                "jina-bert",
                "mosaic-bert"
            })
    void headsForMaskedTokens(String name) throws IOException {
        ImportSettings settings = new ImportSettings(false, null, Map.of(), 1, true);
        ModelImport imported = ModelImport.read(
                HuggingFaceFolder.find(FOLDER.resolve(name), null, null), settings, Provenance.unknown());
        assertThat(imported.report().fresh()).isEmpty();
        JsonNode expected = expected(name);
        check(Runs.hidden(imported.model(), rows(expected)), expected.get("hidden"));
        check(Runs.output(imported.model(), "head", rows(expected)), expected.get("masked"));
        assertThat(imported.model().fillMask().fill("ab<mask>d").get(0).guesses())
                .hasSize(5);
    }

    /** A copy of a model whose tokenizer gives the second text type 1, with another setting. */
    private Path changed(String name, String key, Object value) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        Path copy = Files.createDirectory(dir.resolve(name));
        for (String file : List.of("config.json", "tokenizer.json", "vocab.txt", "model.safetensors")) {
            Path from = FOLDER.resolve(name).resolve(file);
            if (Files.exists(from)) {
                Files.copy(from, copy.resolve(file));
            }
        }
        String file = key.equals("post_processor") ? "tokenizer.json" : "config.json";
        ObjectNode json = (ObjectNode) mapper.readTree(copy.resolve(file).toFile());
        json.set(key, mapper.valueToTree(value));
        mapper.writeValue(copy.resolve(file).toFile(), json);
        return copy;
    }

    private static JsonNode context(String name) throws IOException {
        return new ObjectMapper()
                .readTree(FOLDER.resolve(name).resolve("expected-context.json").toFile());
    }

    private static ModelImport read(Path folder, boolean masked) throws IOException {
        ImportSettings settings = new ImportSettings(false, null, Map.of(), 1, masked);
        return ModelImport.read(HuggingFaceFolder.find(folder, null, null), settings, Provenance.unknown());
    }

    /** Its mask is 0, and the others make up for it; the base of its rotary positions is the configuration's. */
    @Test
    void maskedTokensOfEsm() throws IOException {
        ModelImport imported = read(changed("esm", "rope_theta", 50), true);
        JsonNode expected = context("esm");
        check(Runs.hidden(imported.model(), rows(expected)), expected.get("hidden"));
        check(Runs.output(imported.model(), "head", rows(expected)), expected.get("masked"));
        assertThat(imported.model().info().model().embedding().hiddenToken()).isEqualTo(12);
    }

    /** The second text is of type 1, where the tokenizer says so; both rows come out again as they came in. */
    @Test
    void textsOfBertHaveTypes() throws IOException {
        Path folder = changed("bert", "post_processor", PAIRS);
        ModelImport imported = read(folder, false);
        JsonNode expected = context("bert");
        check(Runs.hidden(imported.model(), rows(expected)), expected.get("hidden"));
        assertThat(imported.report().notes()).noneMatch(note -> note.contains("type 0"));
        requireOut(folder, imported, List.of("token_type", "position", "word"));
        ModelImport plain = read("bert");
        assertThat(plain.report().notes()).anyMatch(note -> note.contains("type 0"));
    }

    /** The same without positions: what the table of tokens held before has a place of its own, so that a head may share that. */
    @ParameterizedTest
    @ValueSource(strings = {"jina-bert", "mosaic-bert"})
    void textsOfEncodersWithLinearBiasesHaveTypes(String name) throws IOException {
        Path folder = changed(name, "post_processor", PAIRS);
        ModelImport imported = read(folder, true);
        JsonNode expected = expected(name);
        check(Runs.hidden(imported.model(), rows(expected)), expected.get("hidden"));
        check(Runs.output(imported.model(), "head", rows(expected)), expected.get("masked"));
        requireOut(folder, imported, List.of("token_type", "word"));
    }

    /** Writes the model, and wants its tables as they came in. */
    private void requireOut(Path folder, ModelImport imported, List<String> tables) throws IOException {
        Path out = dir.resolve("out");
        ExportFormats.named("huggingface").write(imported.model(), ExportSettings.defaults(), out);
        try (Weights before = HuggingFaceFolder.find(folder, null, null).open();
                Weights after = SafetensorsFile.open(out.resolve("model.safetensors"))) {
            for (String name : tables) {
                String end = "embeddings." + name + "_embeddings.weight";
                WeightTensor table = before.tensor(before.prefix(end) + end);
                assertThat(after.tensor(table.name()).floats(0, (int) table.elements()))
                        .as(name)
                        .containsExactly(table.floats(0, (int) table.elements()));
            }
        }
    }

    /** ESM's repositories have a list of tokens alone; a residue is a token. */
    @Test
    void proteinsOfEsm() throws IOException {
        Tokenizer tokenizer = read("esm").model().info().tokenizer();
        assertThat(tokenizer.encode("acb")).containsExactly(4, 6, 5);
        assertThat(tokenizer.specials().mask()).isEqualTo(12);
        assertThat(tokenizer.encode("<mask>aZ")).containsExactly(12, 4, 3);
        assertThat(tokenizer.decode(4, 6, 5)).isEqualTo("acb");
    }

    @Test
    void everyFamilyHasItsModel() {
        assertThat(Architectures.names())
                .containsExactly(
                        "alibi-bert",
                        "bert",
                        "roberta",
                        "distilbert",
                        "esm",
                        "esmc",
                        "modernbert",
                        "gpt2",
                        "llama",
                        "t5");
    }

    @Test
    void theReportTellsOfEveryTensor() throws IOException {
        ImportReport report = read("bert").report();
        assertThat(report.mapped()).hasSize(5 + 2 * 16);
        assertThat(report.mapped())
                .contains(
                        new ImportReport.Line(
                                "embeddings.token_type_embeddings.weight",
                                "F32",
                                List.of(2L, 12L),
                                "positions_P (row 0, added to each)"),
                        new ImportReport.Line(
                                "encoder.layer.1.intermediate.dense.weight", "F32", List.of(20L, 12L), "block-1_W1"));
        assertThat(report.leftOut())
                .extracting(ImportReport.Line::tensor)
                .containsExactlyInAnyOrder("embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias");
        assertThat(report.zeros()).isEmpty();
        assertThat(report.notes()).anyMatch(note -> note.contains("type 0"));
    }

    @Test
    void biasesThatTheOtherModelLacksAreZero() throws IOException {
        assertThat(read("qwen2").report().zeros())
                .containsExactlyInAnyOrder(
                        "block-0_bo",
                        "block-0_b1",
                        "block-0_b2",
                        "block-0_b3",
                        "block-1_bo",
                        "block-1_b1",
                        "block-1_b2",
                        "block-1_b3");
    }
}
