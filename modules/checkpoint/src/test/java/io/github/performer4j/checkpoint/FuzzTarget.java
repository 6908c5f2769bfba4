package io.github.performer4j.checkpoint;

import io.github.performer4j.checkpoint.imports.ImportSettings;
import io.github.performer4j.checkpoint.imports.ModelImport;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.checkpoint.weights.OnnxFile;
import io.github.performer4j.checkpoint.weights.SafetensorsFile;
import io.github.performer4j.checkpoint.weights.SafetensorsShards;
import io.github.performer4j.checkpoint.weights.WeightTensor;
import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormats;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.token.JsonTokenizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * What reads files of strangers. Whatever the bytes are, {@link #read} gives back in time and memory that go with their number, and either returns or throws an {@link IOException}, or an {@link
 * IllegalArgumentException} of a rule, in one line: {@link #check} holds it to that.
 */
enum FuzzTarget {
    /** A file of tensors, all its numbers read. */
    SAFETENSORS {
        @Override
        void read(byte[] data, Path folder) throws IOException {
            try (Weights weights = SafetensorsFile.open(write(folder, "m.safetensors", data))) {
                numbers(weights);
            }
        }

        @Override
        List<byte[]> seeds(Path folder) throws IOException {
            return List.of(
                    Files.readAllBytes(GOLDEN.resolve("types.safetensors")),
                    safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8));
        }
    },
    /** The index of several files. */
    SHARDS {
        @Override
        void read(byte[] data, Path folder) throws IOException {
            write(
                    folder,
                    "a.safetensors",
                    safetensors("{\"a\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2));
            try (Weights weights = SafetensorsShards.open(write(folder, "model.safetensors.index.json", data))) {
                numbers(weights);
            }
        }

        @Override
        List<byte[]> seeds(Path folder) {
            return List.of(bytes("{\"metadata\":{},\"weight_map\":{\"a\":\"a.safetensors\"}}"));
        }
    },
    /** Initialisers of an ONNX file. */
    ONNX {
        @Override
        void read(byte[] data, Path folder) throws IOException {
            try (Weights weights = OnnxFile.open(write(folder, "m.onnx", data))) {
                numbers(weights);
            }
        }

        @Override
        List<byte[]> seeds(Path folder) throws IOException {
            Path file = folder.resolve("seed.onnx");
            new OnnxFormat(false).write(Samples.masked(1), ExportSettings.defaults(), file);
            byte[] tensor = {8, 2, 16, 1, 66, 1, 'w', 74, 8, 0, 0, -128, 63, 0, 0, 0, 64}; // w, [2] float32
            byte[] graph = {58, (byte) (2 + tensor.length), 42, (byte) tensor.length};
            byte[] small = Arrays.copyOf(graph, graph.length + tensor.length);
            System.arraycopy(tensor, 0, small, graph.length, tensor.length);
            return List.of(small, Files.readAllBytes(file));
        }
    },
    /** A config.json beside the weights of a small BERT. */
    CONFIG {
        @Override
        void read(byte[] data, Path folder) throws IOException {
            bert(folder, "config.json", data);
        }

        @Override
        List<byte[]> seeds(Path folder) throws IOException {
            List<byte[]> seeds = new ArrayList<>();
            for (String family : List.of("bert", "distilbert", "roberta", "esm", "gpt2", "llama", "modernbert", "t5")) {
                seeds.add(Files.readAllBytes(GOLDEN.resolve(family).resolve("config.json")));
            }
            return seeds;
        }
    },
    /** A tokenizer.json beside the weights of a small BERT. */
    TOKENIZER {
        @Override
        void read(byte[] data, Path folder) throws IOException {
            JsonTokenizer.read(write(folder, "tokenizer.json", data)).encode("a b");
        }

        @Override
        List<byte[]> seeds(Path folder) throws IOException {
            return List.of(Files.readAllBytes(GOLDEN.resolve("bert").resolve("tokenizer.json")));
        }
    },
    /** A model's zip, as a whole. */
    MODEL {
        @Override
        void read(byte[] data, Path folder) throws IOException {
            ModelFile.load(write(folder, "m.zip", data));
        }

        @Override
        List<byte[]> seeds(Path folder) throws IOException {
            return List.of(model(folder, -1, new byte[0]));
        }
    },
    /** A whole zip, one entry of which is hostile: the first byte says which. */
    ENTRY {
        @Override
        void read(byte[] data, Path folder) throws IOException {
            if (data.length > 0) {
                byte[] content = Arrays.copyOfRange(data, 1, data.length);
                ModelFile.load(write(folder, "m.zip", model(folder, data[0], content)));
            }
        }

        @Override
        List<byte[]> seeds(Path folder) throws IOException {
            List<byte[]> seeds = new ArrayList<>();
            try (ZipFile zip = new ZipFile(
                    write(folder, "seed.zip", model(folder, -1, new byte[0])).toFile())) {
                byte number = 0;
                for (ZipEntry entry : zip.stream().toList()) {
                    byte[] content = zip.getInputStream(entry).readAllBytes();
                    seeds.add(ByteBuffer.allocate(1 + content.length)
                            .put(number++)
                            .put(content)
                            .array());
                }
            }
            return seeds;
        }
    },
    /** States of generation behind their head. */
    STATE {
        private static final int HEAD = 44; // magic, version, SHA-256 of the model

        @Override
        void read(byte[] data, Path folder) throws IOException {
            byte[] head = Arrays.copyOf(states(folder), HEAD);
            byte[] all = Arrays.copyOf(head, HEAD + data.length);
            System.arraycopy(data, 0, all, HEAD, data.length);
            GenerationFile.load(write(folder, "text.state", all), Samples.causal(3));
        }

        @Override
        List<byte[]> seeds(Path folder) throws IOException {
            byte[] all = states(folder);
            return List.of(Arrays.copyOfRange(all, HEAD, all.length));
        }
    },
    /** Sequences. */
    FASTA {
        @Override
        void read(byte[] data, Path folder) throws IOException {
            for (boolean strict : new boolean[] {true, false}) {
                try (FastaParser parser = new FastaParser(new ByteArrayInputStream(data), "f.fasta", strict)) {
                    while (parser.next() != null) {
                        parser.takeUnknown();
                    }
                }
            }
        }

        @Override
        List<byte[]> seeds(Path folder) {
            return List.of(
                    bytes(";note\n>a first\r\nMKV-L*\nAC DE\n>b\n\n>c\nmkvx\n"), bytes(">d\nMK\u00e9\u20acV1\n"));
        }
    },
    /** Images of bytes. */
    IDX {
        @Override
        void read(byte[] data, Path folder) throws IOException {
            Path file = write(folder, "x-images-idx3-ubyte", data);
            ExampleColumns columns = ExampleColumns.defaults()
                    .withOptions(ExampleColumns.defaults().options().withUnlabelled("none"));
            try (ExampleReader reader = ExampleFormats.named("images-idx").open(file, columns)) {
                while (reader.next() != null) {
                    reader.shape();
                }
            }
        }

        @Override
        List<byte[]> seeds(Path folder) {
            return List.of(new byte[] {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4});
        }
    };

    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "imports");

    /**
     * Reads bytes as a file.
     *
     * @param folder to write in
     */
    abstract void read(byte[] data, Path folder) throws IOException;

    /** Returns whole files to begin with. */
    abstract List<byte[]> seeds(Path folder) throws IOException;

    /**
     * Reads bytes, and tells a refusal from a fault.
     *
     * @return the refusal; null if the bytes were read
     * @throws AssertionError if it is no refusal in one line
     */
    final String check(byte[] data, Path folder) {
        try {
            read(data, folder);
            return null;
        } catch (IOException | IllegalArgumentException e) {
            String message = e.getMessage();
            boolean rule = e instanceof IOException || e.getClass() == IllegalArgumentException.class;
            if (!rule || message == null || message.isBlank() || message.lines().count() != 1) {
                throw new AssertionError(name() + ": a refusal must be one line of a rule; found " + e, e);
            }
            return message;
        }
    }

    private static Path write(Path folder, String name, byte... data) throws IOException {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file); // what is mapped of the last one must not shrink
        return Files.write(file, data);
    }

    private static void numbers(Weights weights) throws IOException {
        for (WeightTensor tensor : weights.tensors()) {
            if (tensor.type().floating()) { // others hold no weights, and may have no numbers
                tensor.floats(0, Math.toIntExact(tensor.elements()));
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] safetensors(String header, int data) {
        byte[] json = bytes(header);
        return ByteBuffer.allocate(8 + json.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    private static void bert(Path folder, String name, byte... data) throws IOException {
        for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            if (!file.equals(name) && !Files.exists(folder.resolve(file))) {
                Files.copy(GOLDEN.resolve("bert").resolve(file), folder.resolve(file));
            }
        }
        write(folder, name, data);
        ModelImport.read(HuggingFaceFolder.find(folder, null, null), ImportSettings.defaults(), Provenance.unknown());
    }

    /** Returns a model's zip, one entry replaced; stored once, as saving takes longer than reading. */
    private static byte[] model(Path folder, int number, byte... content) throws IOException {
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

    private static byte[] states(Path folder) throws IOException {
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
}
