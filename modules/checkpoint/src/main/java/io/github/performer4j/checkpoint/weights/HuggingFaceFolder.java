package io.github.performer4j.checkpoint.weights;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A model as HuggingFace's hub has it: {@code config.json}, {@code tokenizer.json}, and weights in {@code model.safetensors}, in several files named by {@code
 * model.safetensors.index.json}, or in {@code model.onnx} or {@code onnx/model.onnx}.
 *
 * @param weights the file of weights, or the index of several
 * @param config the file of the configuration
 * @param tokenizer the tokenizer's file
 * @param folder where more files may lie, such as {@code 1_Pooling/config.json}
 */
public record HuggingFaceFolder(Path weights, Path config, Path tokenizer, Path folder) {
    private static final String TOKENIZER = "tokenizer.json";
    private static final String LIST = "vocab.txt";
    private static final String INDEX = "model.safetensors.index.json";
    private static final List<String> WEIGHTS = List.of("model.safetensors", INDEX, "model.onnx", "onnx/model.onnx");
    private static final List<String> OTHER_FILES = List.of("modules.json", "1_Pooling");
    private static final List<String> PICKLES = List.of(".bin", ".pt", ".pth", ".ckpt", ".pkl");
    private static final List<String> OTHERS = List.of(".h5", ".msgpack", ".gguf", ".ot");

    /**
     * Finds the files of a model.
     *
     * @param from a folder, or a file of weights beside whose name the others lie, or in the folder above it
     * @param config the configuration, where it lies elsewhere; null for config.json
     * @param tokenizer the tokenizer, where it lies elsewhere; null for tokenizer.json
     * @throws IOException one line that names the file that is missing, or that is not read and what to do about it
     */
    public static HuggingFaceFolder find(Path from, Path config, Path tokenizer) throws IOException {
        if (!Files.exists(from)) {
            throw new NoSuchFileException(from.toString(), null, "there is no such file or folder");
        }
        boolean folder = Files.isDirectory(from);
        Path weights = folder ? weights(from) : from;
        refuse(weights);
        Path beside = folder ? from : from.toAbsolutePath().getParent();
        Path found = file(config, beside, "config.json", "--config");
        return new HuggingFaceFolder(weights, found, tokenizer(tokenizer, beside), home(beside, found));
    }

    /** Returns where the model's other files lie: beside the weights, or above a folder that has weights alone, or beside the configuration. */
    private static Path home(Path beside, Path config) {
        Path own = beside.toAbsolutePath();
        for (Path place :
                new Path[] {own, own.getParent(), config.toAbsolutePath().getParent()}) {
            if (place != null && OTHER_FILES.stream().anyMatch(name -> Files.exists(place.resolve(name)))) {
                return place;
            }
        }
        return beside;
    }

    /** Returns {@code tokenizer.json}, or where there is none a list of tokens, {@code vocab.txt}. */
    private static Path tokenizer(Path given, Path folder) throws IOException {
        Path list = folder.resolve(LIST);
        boolean whole = given != null || Files.isRegularFile(folder.resolve(TOKENIZER));
        return !whole && Files.isRegularFile(list) ? list : file(given, folder, TOKENIZER, "--tokenizer");
    }

    /** Returns whether the tokenizer is a list of tokens alone. */
    public boolean listed() {
        return tokenizer.getFileName().toString().equals(LIST);
    }

    private static Path weights(Path folder) throws IOException {
        for (String name : WEIGHTS) {
            if (Files.isRegularFile(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> PICKLES.stream()
                                    .anyMatch(end -> lower(file).endsWith(end))
                            || OTHERS.stream().anyMatch(end -> lower(file).endsWith(end)))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            refuse(file);
        }
        throw new NoSuchFileException(
                folder.toString(), null, "the folder has no weights; known=" + String.join(", ", WEIGHTS));
    }

    private static void refuse(Path file) throws IOException {
        if (PICKLES.stream().anyMatch(end -> lower(file).endsWith(end))) {
            throw new DataFileException(
                    file.toString(),
                    0,
                    "a pickle is a program, and is not read: write model.safetensors where you trust it, by"
                            + " AutoModel.from_pretrained(FOLDER).save_pretrained(FOLDER, safe_serialization=True)");
        }
        if (OTHERS.stream().anyMatch(end -> lower(file).endsWith(end))) {
            throw new DataFileException(
                    file.toString(), 0, "weights must be safetensors or ONNX; found=" + file.getFileName());
        }
    }

    private static String lower(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT);
    }

    private static Path file(Path given, Path folder, String name, String option) throws IOException {
        if (given != null) {
            if (!Files.isRegularFile(given)) {
                throw new NoSuchFileException(given.toString(), null, "there is no such file; option=" + option);
            }
            return given;
        }
        Path above = folder.toAbsolutePath().getParent();
        for (Path place : above == null ? List.of(folder) : List.of(folder, above)) {
            if (Files.isRegularFile(place.resolve(name))) {
                return place.resolve(name);
            }
        }
        throw new NoSuchFileException(
                folder.resolve(name).toString(), null, "the model's " + name + " is missing; name it by " + option);
    }

    /** Returns the configuration, an object. */
    public JsonNode readConfig() throws IOException {
        return JsonFiles.read(config);
    }

    /**
     * Opens the weights.
     *
     * @throws IOException one line that names the file and the rule that it breaks
     */
    public Weights open() throws IOException {
        String name = lower(weights);
        if (name.endsWith(".index.json")) {
            return SafetensorsShards.open(weights);
        }
        if (name.endsWith(".safetensors")) {
            return SafetensorsFile.open(weights);
        }
        if (name.endsWith(".onnx")) {
            return OnnxFile.open(weights);
        }
        throw new DataFileException(
                weights.toString(),
                0,
                "weights must be a file that ends in .safetensors, .safetensors.index.json or .onnx");
    }
}
