package io.github.performer4j.examples;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.performer4j.checkpoint.Embedder;
import io.github.performer4j.checkpoint.ModelInput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** One engine of {@link EmbeddingSpeed} in a process of its own, which answers a line with a line: time, vector, memory. */
final class EmbeddingProcess implements AutoCloseable {
    private static final int FIRST = 101; // CLS, which the model's frame begins with
    private static final int LAST = 102;
    private static final double NANOS_PER_MS = 1e6;

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream commands;

    private EmbeddingProcess(Process process) {
        this.process = process;
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Starts a process by this one's Java and class path. */
    static EmbeddingProcess start(EmbeddingSpeed.Engine engine, Path model, int tokens, int threads)
            throws IOException {
        List<String> line = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g"));
        line.add("-Dorg.bytedeco.javacpp.maxbytes=16g");
        line.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
        line.add("-Dperformer4j.threads=" + threads);
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-"))
                .forEach(line::add);
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), EmbeddingProcess.class.getName()));
        line.addAll(List.of(engine.name(), model.toString(), "" + tokens, "" + threads));
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("OMP_NUM_THREADS", "1"); // kernels and ONNX Runtime have threads of their own
        return new EmbeddingProcess(builder.start());
    }

    private String ask(String command) throws IOException {
        commands.println(command);
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the engine's process has ended; command=" + command);
        }
        return answer;
    }

    /** Returns how long the next text took, in ms. */
    double time() throws IOException {
        return Double.parseDouble(ask("time"));
    }

    /** Returns the text's vector, [E]. */
    float[] vector() throws IOException {
        String[] numbers = ask("vector").split(" ");
        float[] vector = new float[numbers.length];
        for (int e = 0; e < vector.length; e++) {
            vector[e] = Float.parseFloat(numbers[e]);
        }
        return vector;
    }

    /** Returns the most memory that was resident. */
    long mebibytes() throws IOException {
        return Long.parseLong(ask("memory"));
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** Answers until its input ends. Arguments: engine, model, tokens, threads. */
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        int tokens = Integer.parseInt(args[2]);
        Path model = Path.of(args[1]);
        Callable<float[]> work = EmbeddingSpeed.Engine.valueOf(args[0]).onnx()
                ? onnxRuntime(model, tokens, Integer.parseInt(args[3]))
                : own(model, tokens);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("time")) {
                long begin = System.nanoTime();
                work.call();
                out.println((System.nanoTime() - begin) / NANOS_PER_MS);
            } else {
                out.println(line.equals("vector") ? Arrays.toString(work.call()).replaceAll("[\\[\\],]", "") : peak());
            }
            out.flush();
        }
    }

    /** Token ids without their frame. */
    private static int[] ids(int tokens) {
        return IntStream.range(0, tokens - 2).map(t -> 1000 + t * 7919 % 20_000).toArray();
    }

    private static Callable<float[]> own(Path model, int tokens) throws IOException {
        Embedder embedder = Embedder.load(model);
        ModelInput input = embedder.reader().tokens(ids(tokens));
        return () -> embedder.embedInputs(List.of(input)).get(0);
    }

    private static Callable<float[]> onnxRuntime(Path model, int tokens, int threads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession session = environment.createSession(model.toString(), options);
        long[] ids = LongStream.concat(
                        LongStream.of(FIRST),
                        LongStream.concat(Arrays.stream(ids(tokens)).asLongStream(), LongStream.of(LAST)))
                .toArray();
        long[] shape = {1, tokens};
        long[] mask = LongStream.generate(() -> 1).limit(tokens).toArray();
        boolean types = session.getInputNames().contains("token_type_ids"); // of the file that the model comes as
        return () -> {
            try (OnnxTensor input = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                    OnnxTensor seen = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
                    OnnxTensor type = OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[tokens]), shape);
                    OrtSession.Result result = session.run(
                            types
                                    ? Map.of("input_ids", input, "attention_mask", seen, "token_type_ids", type)
                                    : Map.of("input_ids", input, "attention_mask", seen))) {
                Object value = types
                        ? result.get(0).getValue()
                        : result.get("sentence_embedding").orElseThrow().getValue();
                return types ? mean(((float[][][]) value)[0]) : ((float[][]) value)[0];
            }
        };
    }

    private static float[] mean(float[][] rows) {
        float[] mean = new float[rows[0].length];
        for (float[] row : rows) {
            for (int e = 0; e < mean.length; e++) {
                mean[e] += row[e] / rows.length;
            }
        }
        return mean;
    }

    private static long peak() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return -1; // not Linux
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElse(-1);
    }
}
