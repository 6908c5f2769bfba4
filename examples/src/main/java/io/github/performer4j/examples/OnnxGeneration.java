package io.github.performer4j.examples;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A causal model in ONNX Runtime, token by token: {@code performer export --format onnx-stream} writes a file whose state is inputs {@code past.NAME} and outputs {@code present.NAME}, so that a token costs the same wherever it stands.
 *
 * <p>States are values: a text can go on from one several times, each way its own. Close each when no text goes on from it.
 */
public final class OnnxGeneration implements AutoCloseable {
    private static final String PAST = "past.";
    private static final String PRESENT = "present.";

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    /**
     * Opens a file.
     *
     * @param file written by {@code onnx-stream}
     * @param threads of an operation
     */
    public OnnxGeneration(Path file, int threads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        session = environment.createSession(file.toString(), options);
    }

    /**
     * Where a text stands.
     *
     * @param tokens read so far
     * @param result of the last part; null before the first
     */
    public record State(long tokens, OrtSession.Result result) implements AutoCloseable {
        /** Returns the logits of the token that follows, [V]. */
        public float[] logits() throws OrtException {
            float[][][] all = (float[][][]) result.get("logits").orElseThrow().getValue(); // [1,T,V]
            return all[0][all[0].length - 1];
        }

        /** Returns how many numbers the state has: as many after 100 tokens as after 16,000. */
        public long numbers() {
            long numbers = 0;
            for (var output : result) {
                if (output.getKey().startsWith(PRESENT)) {
                    long[] shape = ((OnnxTensor) output.getValue()).getInfo().getShape();
                    numbers += Arrays.stream(shape).reduce(1, Math::multiplyExact);
                }
            }
            return numbers;
        }

        @Override
        public void close() {
            if (result != null) {
                result.close();
            }
        }
    }

    /** Returns the state of no token. */
    public State begin() {
        return new State(0, null);
    }

    /**
     * Reads tokens behind a state, which stays as it is.
     *
     * @param ids [T]; those of the frame, too: where a text begins, the model's first is its start
     */
    public State read(State state, int... ids) throws OrtException {
        List<OnnxTensor> own = new ArrayList<>(); // what the state's result does not hold
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
                String name = input.getKey();
                if (state.result() != null && name.startsWith(PAST)) {
                    String present = PRESENT + name.substring(PAST.length());
                    inputs.put(name, (OnnxTensor) state.result().get(present).orElseThrow());
                } else {
                    own.add(made(name, state, (TensorInfo) input.getValue().getInfo(), ids));
                    inputs.put(name, own.get(own.size() - 1));
                }
            }
            return new State(state.tokens() + ids.length, session.run(inputs));
        } finally {
            own.forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor made(String name, State state, TensorInfo info, int... ids) throws OrtException {
        long[] shape = {1, ids.length};
        return switch (name) {
            case "input_ids" ->
                OnnxTensor.createTensor(
                        environment,
                        LongBuffer.wrap(Arrays.stream(ids).asLongStream().toArray()),
                        shape);
            case "attention_mask" -> {
                long[] all = new long[ids.length];
                Arrays.fill(all, 1);
                yield OnnxTensor.createTensor(environment, LongBuffer.wrap(all), shape);
            }
            case "position" -> OnnxTensor.createTensor(environment, new long[] {state.tokens()});
            default -> {
                long[] past = info.getShape().clone();
                past[0] = 1;
                for (int i = 1; i < past.length; i++) {
                    past[i] = Math.max(0, past[i]); // rows that there are none of yet
                }
                int size = (int) Arrays.stream(past).reduce(1, Math::multiplyExact);
                yield OnnxTensor.createTensor(environment, FloatBuffer.allocate(size), past);
            }
        };
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
