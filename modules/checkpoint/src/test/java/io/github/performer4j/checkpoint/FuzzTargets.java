package io.github.performer4j.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The targets as Jazzer wants them, a class with {@code fuzzerTestOneInput} each: {@code .ci/fuzz NAME SECONDS} runs one. Nothing here needs Jazzer. */
public final class FuzzTargets {
    private FuzzTargets() {}

    private static final Path FOLDER = folder();

    private static Path folder() {
        try {
            return Files.createTempDirectory("performer4j-fuzz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the files to begin with: {@code TARGET FOLDER}. */
    public static void main(String[] args) throws IOException {
        Path corpus = Files.createDirectories(Path.of(args[1]));
        List<byte[]> seeds = FuzzTarget.valueOf(args[0]).seeds(FOLDER);
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(corpus.resolve("seed-" + i), seeds.get(i));
        }
    }

    /** See {@link FuzzTarget#SAFETENSORS}. */
    public static final class Safetensors {
        private Safetensors() {}

        public static void fuzzerTestOneInput(byte[] data) {
            FuzzTarget.SAFETENSORS.check(data, FOLDER);
        }
    }

    /** See {@link FuzzTarget#SHARDS}. */
    public static final class Shards {
        private Shards() {}

        public static void fuzzerTestOneInput(byte[] data) {
            FuzzTarget.SHARDS.check(data, FOLDER);
        }
    }

    /** See {@link FuzzTarget#ONNX}. */
    public static final class Onnx {
        private Onnx() {}

        public static void fuzzerTestOneInput(byte[] data) {
            FuzzTarget.ONNX.check(data, FOLDER);
        }
    }

    /** See {@link FuzzTarget#CONFIG}. */
    public static final class Config {
        private Config() {}

        public static void fuzzerTestOneInput(byte[] data) {
            FuzzTarget.CONFIG.check(data, FOLDER);
        }
    }

    /** See {@link FuzzTarget#TOKENIZER}. */
    public static final class Tokenizer {
        private Tokenizer() {}

        public static void fuzzerTestOneInput(byte[] data) {
            FuzzTarget.TOKENIZER.check(data, FOLDER);
        }
    }

    /** See {@link FuzzTarget#MODEL}. */
    public static final class Model {
        private Model() {}

        public static void fuzzerTestOneInput(byte[] data) {
            FuzzTarget.MODEL.check(data, FOLDER);
        }
    }

    /** See {@link FuzzTarget#ENTRY}. */
    public static final class Entry {
        private Entry() {}

        public static void fuzzerTestOneInput(byte[] data) {
            FuzzTarget.ENTRY.check(data, FOLDER);
        }
    }

    /** See {@link FuzzTarget#ADAPTERS}. */
    public static final class Adapters {
        private Adapters() {}

        public static void fuzzerTestOneInput(byte[] data) {
            FuzzTarget.ADAPTERS.check(data, FOLDER);
        }
    }

    /** See {@link FuzzTarget#MODULES}. */
    public static final class Modules {
        private Modules() {}

        public static void fuzzerTestOneInput(byte[] data) {
            FuzzTarget.MODULES.check(data, FOLDER);
        }
    }

    /** See {@link FuzzTarget#STATE}. */
    public static final class State {
        private State() {}

        public static void fuzzerTestOneInput(byte[] data) {
            FuzzTarget.STATE.check(data, FOLDER);
        }
    }

    /** See {@link FuzzTarget#FASTA}. */
    public static final class Fasta {
        private Fasta() {}

        public static void fuzzerTestOneInput(byte[] data) {
            FuzzTarget.FASTA.check(data, FOLDER);
        }
    }

    /** See {@link FuzzTarget#IDX}. */
    public static final class Idx {
        private Idx() {}

        public static void fuzzerTestOneInput(byte[] data) {
            FuzzTarget.IDX.check(data, FOLDER);
        }
    }
}
