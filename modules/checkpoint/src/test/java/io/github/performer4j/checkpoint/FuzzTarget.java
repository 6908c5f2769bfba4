package io.github.performer4j.checkpoint;

import static io.github.performer4j.checkpoint.FuzzFiles.GOLDEN;
import static io.github.performer4j.checkpoint.FuzzFiles.SAID;
import static io.github.performer4j.checkpoint.FuzzFiles.adapters;
import static io.github.performer4j.checkpoint.FuzzFiles.base;
import static io.github.performer4j.checkpoint.FuzzFiles.bert;
import static io.github.performer4j.checkpoint.FuzzFiles.bytes;
import static io.github.performer4j.checkpoint.FuzzFiles.model;
import static io.github.performer4j.checkpoint.FuzzFiles.numbers;
import static io.github.performer4j.checkpoint.FuzzFiles.safetensors;
import static io.github.performer4j.checkpoint.FuzzFiles.states;
import static io.github.performer4j.checkpoint.FuzzFiles.write;

import io.github.performer4j.checkpoint.weights.OnnxFile;
import io.github.performer4j.checkpoint.weights.SafetensorsFile;
import io.github.performer4j.checkpoint.weights.SafetensorsShards;
import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormats;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.token.JsonTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

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
    /** Whole adapters, one text in whose header is hostile: the first byte says which. */
    ADAPTERS {
        @Override
        void read(byte[] data, Path folder) throws IOException {
            if (data.length > 0) {
                String text = new String(data, 1, data.length - 1, StandardCharsets.UTF_8);
                String key = SAID.get(Math.floorMod(data[0], SAID.size()));
                Adapters.read(base(), adapters(folder, key, text));
            }
        }

        @Override
        List<byte[]> seeds(Path folder) throws IOException {
            List<byte[]> seeds = new ArrayList<>();
            try (SafetensorsFile file = SafetensorsFile.open(adapters(folder))) {
                for (int i = 0; i < SAID.size(); i++) {
                    seeds.add(bytes((char) i + file.metadata().get(SAID.get(i))));
                }
            }
            return seeds;
        }
    },
    /** What a folder of sentence-transformers says beside the weights of a small BERT. */
    MODULES {
        @Override
        void read(byte[] data, Path folder) throws IOException {
            bert(folder, "modules.json", data);
        }

        @Override
        List<byte[]> seeds(Path folder) {
            return List.of(bytes("[{\"type\":\"sentence_transformers.models.Transformer\"},{\"type\":\"Pooling\"}]"));
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
}
