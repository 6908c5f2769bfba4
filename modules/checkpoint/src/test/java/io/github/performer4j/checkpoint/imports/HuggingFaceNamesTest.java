package io.github.performer4j.checkpoint.imports;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.ExportFormats;
import io.github.performer4j.checkpoint.ExportSettings;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.checkpoint.weights.SafetensorsFile;
import io.github.performer4j.checkpoint.weights.SafetensorsWriter;
import io.github.performer4j.checkpoint.weights.Weights;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What goes out has the names, shapes and settings that transformers itself writes; golden/names/README.md says how these lists were made. */
class HuggingFaceNamesTest {
    private static final Path NAMES = Path.of("src", "test", "resources", "golden", "names");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String MASKED = "ForMaskedLM";
    private static final long SEED = 41;

    /** Pattern of names that transformers writes → why they are not written here. */
    private static final Map<String, String> LEFT_OUT = Map.of(
            "pooler\\.dense\\.(weight|bias)",
                    "serves BERT's next-sentence head, and is untrained in most files of others",
            "(esm\\.)?contact_head\\.regression\\.(weight|bias)",
                    "reads attention weights, which linear attention never forms",
            "(esm\\.)?encoder\\.layer\\.\\*\\..*inv_freq", "angles that follow from the settings",
            "decoder\\.(block|final_layer_norm)\\..*", "of T5 the encoder is taken");

    @TempDir
    Path dir;

    static List<String> models() throws IOException {
        try (Stream<Path> files = Files.list(NAMES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everyFamilyThatTransformersHasIsThere() throws IOException {
        assertThat(models().stream().map(name -> name.replaceAll("[-.].*", "")).distinct())
                .containsExactlyInAnyOrder(
                        "bert",
                        "roberta",
                        "distilbert",
                        "esm",
                        "esmc",
                        "modernbert",
                        "gpt2",
                        "llama",
                        "mistral",
                        "qwen2",
                        "t5");
    }

    @ParameterizedTest
    @MethodSource("models")
    void namesShapesAndSettingsAreThoseOfTransformers(String file) throws IOException {
        JsonNode golden = MAPPER.readTree(NAMES.resolve(file).toFile());
        Map<String, List<Long>> expected = new TreeMap<>();
        golden.get("tensors").properties().forEach(tensor -> expected.put(tensor.getKey(), shape(tensor.getValue())));
        Path folder = folder(golden, expected);
        boolean masked = golden.get("class").asText().endsWith(MASKED);
        ModelImport imported = ModelImport.read(
                HuggingFaceFolder.find(folder, null, null),
                new ImportSettings(false, null, Map.of(), 1, masked),
                Provenance.unknown());
        assertThat(imported.report().fresh()).isEmpty();
        Path out = dir.resolve("out");
        PerformerModel model = imported.model();
        ExportFormats.named("huggingface").write(model, ExportSettings.defaults(), out);
        assertThat(MAPPER.readTree(out.resolve("config.json").toFile())).isEqualTo(golden.get("config"));
        List<String> leftOut = expected.keySet().stream()
                .filter(name -> LEFT_OUT.keySet().stream().anyMatch(name::matches))
                .toList();
        expected.keySet().removeAll(leftOut);
        Map<String, List<Long>> found = new TreeMap<>();
        try (Weights weights = SafetensorsFile.open(out.resolve("model.safetensors"))) {
            weights.tensors().forEach(tensor -> found.put(tensor.name(), tensor.shape()));
        }
        assertThat(found).isEqualTo(expected);
        assertThat(imported.report().leftOut())
                .extracting(ImportReport.Line::tensor)
                .containsExactlyInAnyOrderElementsOf(leftOut);
    }

    private static List<Long> shape(JsonNode node) {
        return MAPPER.convertValue(node, MAPPER.getTypeFactory().constructCollectionType(List.class, Long.class));
    }

    /** A folder as transformers writes it, of random numbers. */
    private Path folder(JsonNode golden, Map<String, List<Long>> shapes) throws IOException {
        Path folder = Files.createDirectory(dir.resolve("in"));
        MAPPER.writeValue(folder.resolve("config.json").toFile(), golden.get("config"));
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        Random random = new Random(SEED);
        shapes.forEach((name, shape) -> tensors.put(name, random(random, shape)));
        try (OutputStream out = Files.newOutputStream(folder.resolve("model.safetensors"))) {
            SafetensorsWriter.write(out, tensors);
        }
        Path source = GoldenImportTest.FOLDER.resolve(golden.get("imports").asText());
        for (String name : List.of("tokenizer.json", "vocab.txt")) {
            if (Files.exists(source.resolve(name))) {
                Files.copy(source.resolve(name), folder.resolve(name));
            }
        }
        return folder;
    }

    private static INDArray random(Random random, List<Long> shape) {
        long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
        INDArray array = Nd4j.zeros(DataType.FLOAT, sizes);
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, random.nextGaussian());
        }
        return array;
    }
}
