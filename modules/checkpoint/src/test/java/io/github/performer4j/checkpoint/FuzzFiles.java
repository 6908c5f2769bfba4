package io.github.performer4j.checkpoint;

import io.github.performer4j.checkpoint.imports.ImportSettings;
import io.github.performer4j.checkpoint.imports.ModelImport;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.checkpoint.weights.SafetensorsFile;
import io.github.performer4j.checkpoint.weights.SafetensorsWriter;
import io.github.performer4j.checkpoint.weights.WeightTensor;
import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.core.net.SnnkAdapters;
import io.github.performer4j.core.program.Snnk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Whole files around what a {@link FuzzTarget} makes hostile. */
final class FuzzFiles {
    static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "imports");

    /** Texts in the header of adapters. */
    static final List<String> SAID = List.of("performer4j.configuration", "performer4j.info");

    private static final long SEED = 3; // of the model that adapters go with

    /** Made once: drawing its weights takes longer than reading adapters, which leave it as it is. */
    private static final class Base {
        static final PerformerModel MODEL = Samples.masked(SEED);
    }

    private FuzzFiles() {}

    static Path write(Path folder, String name, byte... data) throws IOException {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file); // what is mapped of the last one must not shrink
        return Files.write(file, data);
    }

    static void numbers(Weights weights) throws IOException {
        for (WeightTensor tensor : weights.tensors()) {
            if (tensor.type().floating()) { // others hold no weights, and may have no numbers
                tensor.floats(0, Math.toIntExact(tensor.elements()));
            }
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] safetensors(String header, int data) {
        byte[] json = bytes(header);
        return ByteBuffer.allocate(8 + json.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    static void bert(Path folder, String name, byte... data) throws IOException {
        for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            if (!file.equals(name) && !Files.exists(folder.resolve(file))) {
                Files.copy(GOLDEN.resolve("bert").resolve(file), folder.resolve(file));
            }
        }
        write(folder, name, data);
        ModelImport.read(HuggingFaceFolder.find(folder, null, null), ImportSettings.defaults(), Provenance.unknown());
    }

    /** Returns a model's zip, one entry replaced; stored once, as saving takes longer than reading. */
    static byte[] model(Path folder, int number, byte... content) throws IOException {
        Path whole = folder.resolve("whole.zip");
        if (!Files.exists(whole)) {
            PerformerModel model = Samples.masked(29);
            ModelFile.save(whole, model.net(), model.info(), true, Map.of());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipFile from = new ZipFile(whole.toFile());
                ZipOutputStream to = new ZipOutputStream(bytes)) {
            int at = 0;
            for (ZipEntry entry : from.stream().toList()) {
                to.putNextEntry(new ZipEntry(entry.getName()));
                to.write(at++ == number ? content : from.getInputStream(entry).readAllBytes());
            }
        }
        return bytes.toByteArray();
    }

    static byte[] states(Path folder) throws IOException {
        Path whole = folder.resolve("whole.state");
        if (!Files.exists(whole)) {
            PerformerModel model = Samples.causal(3);
            GenerationFile.save(
                    whole,
                    model,
                    List.of(new Generator(model)
                            .withMaxNew(4)
                            .generate("ab")
                            .get(0)
                            .state()));
        }
        return Files.readAllBytes(whole);
    }

    static PerformerModel base() {
        return Base.MODEL;
    }

    /** Returns whole adapters of {@link #base}; stored once. */
    static Path adapters(Path folder) throws IOException {
        Path whole = folder.resolve("whole.safetensors");
        if (!Files.exists(whole)) {
            PerformerModel base = base();
            Adapters.write(
                    base, new PerformerModel(SnnkAdapters.attach(base.net(), new Snnk(5, 17)), base.info()), whole);
        }
        return whole;
    }

    /** Returns adapters, one text of their header replaced. */
    static Path adapters(Path folder, String key, String text) throws IOException {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        Map<String, String> metadata;
        try (SafetensorsFile tensors = SafetensorsFile.open(adapters(folder))) {
            metadata = new HashMap<>(tensors.metadata());
            for (WeightTensor each : tensors.tensors()) {
                long[] shape = each.shape().stream().mapToLong(Long::longValue).toArray();
                arrays.put(
                        each.name(),
                        Nd4j.createFromArray(each.floats(0, (int) each.elements()))
                                .reshape(shape));
            }
        }
        metadata.put(key, text);
        Path file = folder.resolve("changed.safetensors");
        Files.deleteIfExists(file); // what is mapped of the last one must not shrink
        try (OutputStream out = Files.newOutputStream(file)) {
            SafetensorsWriter.write(out, arrays, metadata);
        }
        return file;
    }
}
