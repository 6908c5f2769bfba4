package io.github.performer4j.checkpoint.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.ExportFormats;
import io.github.performer4j.checkpoint.ExportSettings;
import io.github.performer4j.checkpoint.ModelCard;
import io.github.performer4j.checkpoint.ModelExport;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.core.model.AttentionChange;
import io.github.performer4j.core.model.PerformerConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What came in goes out under its own names, and comes in again as the same bits. */
class HuggingFaceFormatTest {
    @TempDir
    Path dir;

    private static ModelImport read(Path folder, String pooling) throws IOException {
        return ModelImport.read(
                HuggingFaceFolder.find(folder, null, null),
                new ImportSettings(false, pooling, Map.of(), 1),
                Provenance.unknown());
    }

    /** A reader of safetensors of its own: name → shape and float32 numbers. */
    private static Map<String, float[]> tensors(Path file, Map<String, String> shapes) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) bytes.getLong();
        JsonNode header = new ObjectMapper().readTree(new String(bytes.array(), 8, length, StandardCharsets.UTF_8));
        Map<String, float[]> all = new TreeMap<>();
        header.properties().forEach(entry -> {
            if (!entry.getKey().equals("__metadata__")) {
                int from = entry.getValue().path("data_offsets").get(0).asInt();
                int to = entry.getValue().path("data_offsets").get(1).asInt();
                shapes.put(entry.getKey(), entry.getValue().path("shape").toString());
                if (entry.getValue().path("dtype").asText().equals("F32")) {
                    float[] values = new float[(to - from) / 4];
                    bytes.position(8 + length + from);
                    bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
                    all.put(entry.getKey(), values);
                }
            }
        });
        return all;
    }

    @ParameterizedTest
    @CsvSource({
        "bert,false",
        "roberta,false",
        "distilbert,false",
        "gpt2,false",
        "llama,false",
        "mistral,false",
        "qwen2,false",
        "esm,false",
        "esm,true",
        "esmc,false",
        "esmc,true",
        "esmc-fused,true",
        "modernbert,false",
        "modernbert,true",
        "modernbert-biased,true",
        "jina-bert,false",
        "mosaic-bert,false",
        "t5,false",
        "t5-gated,false",
        "bert-masked,true",
        "roberta-masked,true",
        "distilbert-masked,true"
    })
    void thereAndBack(String name, boolean masked) throws IOException {
        Path original = GoldenImportTest.FOLDER.resolve(name);
        ImportSettings settings = new ImportSettings(false, null, Map.of(), 1, masked);
        ModelImport first =
                ModelImport.read(HuggingFaceFolder.find(original, null, null), settings, Provenance.unknown());
        Path zip = dir.resolve("m.zip"); // an export is of a file
        ModelFile.save(zip, first.model().net(), first.model().info(), false, Map.of());
        PerformerModel model = ModelFile.load(zip);
        Path out = dir.resolve("out");
        new ModelExport(ExportFormats.named("huggingface"), model, out)
                .write(model, ExportSettings.defaults(), ModelCard.unknown());
        assertThat(out.resolve("README.md")).content().contains("AutoModel.from_pretrained(\"out\")");
        ModelImport second = ModelImport.read(HuggingFaceFolder.find(out, null, null), settings, Provenance.unknown());
        assertThat(second.model().net().params()).isEqualTo(first.model().net().params());
        assertThat(second.model().info().model()).isEqualTo(model.info().model());
        assertThat(second.model().info().tokenizer()).isEqualTo(model.info().tokenizer());
        assertThat(second.report().leftOut()).isEmpty();
        ObjectMapper mapper = new ObjectMapper();
        JsonNode config = mapper.readTree(original.resolve("config.json").toFile());
        JsonNode written = mapper.readTree(out.resolve("config.json").toFile());
        boolean own = name.equals("roberta-masked")
                || name.startsWith("esmc") && masked; // its head has a table beside the tokens', which must be said
        assertThat(written.properties()).hasSize(config.properties().size() + (own ? 1 : 0));
        boolean tied = config.path("tie_word_embeddings").asBoolean(true);
        assertThat(written.path("tie_word_embeddings").asBoolean(true)).isEqualTo(tied && !own);
        Map<String, String> shapes = new TreeMap<>();
        Map<String, String> expectedShapes = new TreeMap<>();
        Map<String, float[]> found = tensors(out.resolve("model.safetensors"), shapes);
        Map<String, float[]> expected = tensors(original.resolve("model.safetensors"), expectedShapes);
        first.report().leftOut().forEach(line -> expectedShapes.remove(line.tensor()));
        assertThat(shapes).isEqualTo(expectedShapes);
        found.forEach((tensor, values) -> {
            boolean summed = tensor.contains("position")
                    || Set.of("jina-bert", "mosaic-bert").contains(name) && tensor.contains("embeddings.")
                    || tensor.contains("token_type")
                    || tensor.contains("esm.embeddings") && !masked; // a factor's rounding; masked, the head has it too
            if (expected.containsKey(tensor) && !summed) {
                assertThat(values).as(tensor).containsExactly(expected.get(tensor));
            }
        });
        INDArray hidden = Runs.hidden(first.model(), new int[] {2, 5, 7}, new int[] {3, 4});
        assertThat(Runs.hidden(second.model(), new int[] {2, 5, 7}, new int[] {3, 4}))
                .isEqualTo(hidden);
    }

    /** What training changed goes out, too. */
    @ParameterizedTest
    @ValueSource(strings = {"bert", "roberta", "distilbert", "modernbert", "gpt2", "t5"})
    void trainedWeightsGoOut(String name) throws IOException {
        PerformerModel model = read(GoldenImportTest.FOLDER.resolve(name), null).model();
        INDArray params = model.net().params();
        params.addi(Nd4j.rand(params.dataType(), params.shape()).subi(0.5).muli(0.1));
        Path out = dir.resolve("out");
        boolean shared = name.equals("t5"); // one table of offsets for all blocks
        if (shared) {
            assertThatThrownBy(() -> ExportFormats.named("huggingface").write(model, ExportSettings.defaults(), out))
                    .hasMessageContaining("one tensor for parameters that are not the same here");
            return;
        }
        ExportFormats.named("huggingface").write(model, ExportSettings.defaults(), out);
        Files.copy(GoldenImportTest.FOLDER.resolve(name).resolve("tokenizer.json"), out.resolve("tokenizer.json"));
        assertThat(read(out, null).model().net().params()).isEqualTo(params);
    }

    /** Here the head has a table of its own; there it is the tokens'. */
    @Test
    void whatOneTensorCannotHoldIsRefused() throws IOException {
        ImportSettings settings = new ImportSettings(false, null, Map.of(), 1, true);
        PerformerModel model = ModelImport.read(
                        HuggingFaceFolder.find(GoldenImportTest.FOLDER.resolve("bert-masked"), null, null),
                        settings,
                        Provenance.unknown())
                .model();
        model.net().getLayer("head").getParam("W").addi(0.1);
        Path out = dir.resolve("out");
        assertThatThrownBy(() -> ExportFormats.named("huggingface").write(model, ExportSettings.defaults(), out))
                .hasMessageContaining("one tensor for parameters that are not the same here")
                .hasMessageContaining("parameter=head_W");
        assertThat(dir).isEmptyDirectory();
    }

    /** Its type's row went into the table of tokens, which the head shares there. */
    @Test
    void aRowThatTheHeadDoesNotHaveIsRefused() throws IOException {
        ImportSettings settings = new ImportSettings(false, null, Map.of(), 1, true);
        PerformerModel model = ModelImport.read(
                        HuggingFaceFolder.find(GoldenImportTest.FOLDER.resolve("mosaic-bert"), null, null),
                        settings,
                        Provenance.unknown())
                .model();
        assertThatThrownBy(() ->
                        ExportFormats.named("huggingface").write(model, ExportSettings.defaults(), dir.resolve("out")))
                .hasMessageContaining("one tensor for parameters that are not the same here")
                .hasMessageContaining("parameter=head_W");
    }

    @Test
    void poolingIsKept() throws IOException {
        PerformerModel model =
                read(GoldenImportTest.FOLDER.resolve("bert"), "first").model();
        Path out = dir.resolve("out");
        ExportFormats.named("huggingface").write(model, ExportSettings.defaults(), out);
        Files.copy(GoldenImportTest.FOLDER.resolve("bert").resolve("tokenizer.json"), out.resolve("tokenizer.json"));
        assertThat(read(out, null).model().info().model().head().pooling()).isEqualTo("first");
    }

    @Test
    void whatTheFamilyCannotBeIsRefused() throws IOException {
        PerformerModel model =
                read(GoldenImportTest.FOLDER.resolve("bert"), null).model();
        PerformerConfig linear = model.info().model().with("attention.kind", "linear");
        PerformerModel changed = new PerformerModel(
                AttentionChange.of(model.net(), linear), model.info().withModel(linear));
        Path out = dir.resolve("out");
        assertThatThrownBy(() -> ExportFormats.named("huggingface").write(changed, ExportSettings.defaults(), out))
                .hasMessageContaining("architecture=bert, different=model.attention.kind=linear (exact)");
        PerformerModel own = new PerformerModel(model.net(), model.info().withOrigin(null));
        assertThatThrownBy(() -> ExportFormats.named("huggingface").write(own, ExportSettings.defaults(), out))
                .hasMessageContaining("only a model that performer import brought in");
        PerformerModel qwen =
                read(GoldenImportTest.FOLDER.resolve("qwen2"), null).model();
        qwen.net().getLayer("block-0").getParam("bo").addi(1);
        assertThatThrownBy(() -> ExportFormats.named("huggingface").write(qwen, ExportSettings.defaults(), out))
                .hasMessageContaining("parameters=[block-0_bo]");
        assertThat(out).doesNotExist();
    }
}
