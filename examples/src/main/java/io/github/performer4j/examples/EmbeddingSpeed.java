package io.github.performer4j.examples;

import io.github.performer4j.checkpoint.ExportFormats;
import io.github.performer4j.checkpoint.ExportSettings;
import io.github.performer4j.checkpoint.ModelCard;
import io.github.performer4j.checkpoint.ModelExport;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.model.AttentionChange;
import io.github.performer4j.core.model.PerformerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One text to a vector, by MiniLM in ONNX Runtime and here: the same weights, threads and machine. Each engine runs in a
 * process of its own, rounds interleaved; positions are stretched for texts of more than 512 tokens, and the ONNX file is
 * the exact model as {@code performer export} writes it; for shorter ones there is the file that the model comes as, too. Memory is the most that the process had resident.
 *
 * <pre>
 *   tokens  engine                   ms       MiB  cosine to ONNX Runtime
 * </pre>
 */
public final class EmbeddingSpeed {
    /** Tokens that MiniLM was trained for. */
    private static final int TRAINED = 512;

    private static final int WARM_UP = 3;

    private EmbeddingSpeed() {}

    /** What computes. */
    enum Engine {
        ORIGINAL_IN_ORT,
        ONNX_RUNTIME,
        EXACT,
        LINEAR;

        boolean onnx() {
            return this == ORIGINAL_IN_ORT || this == ONNX_RUNTIME;
        }
    }

    /**
     * One measured engine.
     *
     * @param tokens T
     * @param ms median time of a text
     * @param mebibytes most memory resident
     * @param cosine to ONNX Runtime's vector
     */
    record Row(int tokens, Engine engine, double ms, long mebibytes, double cosine) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "%8d  %-16s %10.1f %9d  %.5f",
                    tokens,
                    engine.name().toLowerCase(Locale.ROOT),
                    ms,
                    mebibytes,
                    cosine);
        }
    }

    /**
     * Measures.
     *
     * @param folder for the models' files
     * @param lengths T of each text
     * @param features M of linear attention
     * @param rounds behind a median
     * @param threads of each engine
     */
    static List<Row> measure(Path folder, List<Integer> lengths, int features, int rounds, int threads)
            throws IOException {
        PerformerModel model = MiniLm.read(folder);
        List<Row> rows = new ArrayList<>();
        for (int tokens : lengths) {
            int window = tokens <= TRAINED
                    ? TRAINED
                    : lengths.stream().mapToInt(t -> t).max().orElseThrow();
            Path files = Files.createDirectories(folder.resolve("window-" + window));
            if (!Files.exists(files.resolve(name(Engine.ONNX_RUNTIME)))) {
                write(window == TRAINED ? model : model.extended(window), features, files);
            }
            Map<Engine, Path> engines = new EnumMap<>(Engine.class);
            for (Engine engine : Engine.values()) {
                engines.put(engine, files.resolve(name(engine)));
            }
            if (window == TRAINED) {
                engines.put(Engine.ORIGINAL_IN_ORT, folder.resolve("model.onnx"));
            } else {
                engines.remove(Engine.ORIGINAL_IN_ORT);
            }
            rows.addAll(compare(engines, tokens, rounds, threads));
        }
        return rows;
    }

    private static String name(Engine engine) {
        return engine.name().toLowerCase(Locale.ROOT) + (engine.onnx() ? ".onnx" : ".zip");
    }

    private static void write(PerformerModel model, int features, Path files) throws IOException {
        ModelFile.save(files.resolve(name(Engine.EXACT)), model.net(), model.info(), false, Map.of());
        PerformerConfig linear = model.info()
                .model()
                .with(Map.of(
                        "attention.kind",
                        "linear",
                        "attention.featureMap",
                        "positive",
                        "attention.features",
                        features));
        ModelFile.save(
                files.resolve(name(Engine.LINEAR)),
                AttentionChange.of(model.net(), linear),
                model.info().withModel(linear),
                false,
                Map.of());
        Path onnx = files.resolve(name(Engine.ONNX_RUNTIME));
        new ModelExport(ExportFormats.named("onnx"), model, onnx)
                .write(model, ExportSettings.defaults(), ModelCard.unknown());
    }

    private static List<Row> compare(Map<Engine, Path> files, int tokens, int rounds, int threads) throws IOException {
        Map<Engine, EmbeddingProcess> running = new EnumMap<>(Engine.class);
        Map<Engine, double[]> times = new EnumMap<>(Engine.class);
        List<Row> rows = new ArrayList<>();
        try {
            for (Engine engine : files.keySet()) {
                running.put(engine, EmbeddingProcess.start(engine, files.get(engine), tokens, threads));
                times.put(engine, new double[rounds]);
            }
            for (int round = -WARM_UP; round < rounds; round++) {
                for (Engine engine : files.keySet()) {
                    double ms = running.get(engine).time();
                    if (round >= 0) {
                        times.get(engine)[round] = ms;
                    }
                }
            }
            float[] expected = running.get(Engine.ONNX_RUNTIME).vector();
            for (Engine engine : files.keySet()) {
                Arrays.sort(times.get(engine));
                double median = times.get(engine)[rounds / 2];
                EmbeddingProcess process = running.get(engine);
                rows.add(new Row(tokens, engine, median, process.mebibytes(), cosine(expected, process.vector())));
            }
        } finally {
            running.values().forEach(EmbeddingProcess::close);
        }
        return rows;
    }

    private static double cosine(float[] a, float[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int e = 0; e < a.length; e++) {
            ab += (double) a[e] * b[e];
            aa += (double) a[e] * a[e];
            bb += (double) b[e] * b[e];
        }
        return ab / Math.sqrt(aa * bb);
    }

    /** Prints the table. Arguments: rounds (9), and lengths (128 512 2048 8192). */
    public static void main(String[] args) throws IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 9;
        List<Integer> lengths = args.length > 1
                ? Arrays.stream(args).skip(1).map(Integer::valueOf).toList()
                : List.of(128, 512, 2048, 8192);
        System.out.println("  tokens  engine                   ms       MiB  cosine to ONNX Runtime");
        int threads = Runtime.getRuntime().availableProcessors();
        measure(Files.createTempDirectory("minilm"), lengths, 128, rounds, threads)
                .forEach(row -> System.out.println(row.line()));
    }
}
