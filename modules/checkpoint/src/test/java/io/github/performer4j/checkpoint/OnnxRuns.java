package io.github.performer4j.checkpoint;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** ONNX Runtime running a file of token ids, the other program that tests compare with. */
final class OnnxRuns implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private Map<String, float[]> state = new HashMap<>();
    private final Map<String, long[]> shapes = new HashMap<>();
    private long position;

    OnnxRuns(Path file) throws OrtException {
        session = environment.createSession(file.toString());
    }

    /** An output. */
    record Output(long[] shape, float[] values) {
        float at(long... place) {
            long index = 0;
            for (int i = 0; i < shape.length; i++) {
                index = index * shape[i] + place[i];
            }
            return values[(int) index];
        }
    }

    /** Runs rows of ids, padded to a length; of a model with state, the next part. */
    Map<String, Output> run(int padded, int[]... rows) throws OrtException {
        long[][] ids = new long[rows.length][padded];
        long[][] mask = new long[rows.length][padded];
        for (int b = 0; b < rows.length; b++) {
            Arrays.fill(ids[b], 1_000_000); // what stands in padding is nobody's business
            for (int t = 0; t < rows[b].length; t++) {
                ids[b][t] = rows[b][t];
                mask[b][t] = 1;
            }
        }
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
            OnnxTensor value = switch (input.getKey()) {
                case "input_ids" -> OnnxTensor.createTensor(environment, ids);
                case "attention_mask" -> OnnxTensor.createTensor(environment, mask);
                case "position" -> OnnxTensor.createTensor(environment, new long[] {position});
                default -> past(input.getKey(), rows.length, input.getValue());
            };
            inputs.put(input.getKey(), value);
        }
        Map<String, Output> outputs = new LinkedHashMap<>();
        try (OrtSession.Result result = session.run(inputs)) {
            for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
                OnnxTensor tensor = (OnnxTensor) output.getValue();
                float[] values = new float[tensor.getFloatBuffer().remaining()];
                tensor.getFloatBuffer().get(values);
                outputs.put(output.getKey(), new Output(tensor.getInfo().getShape(), values));
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
        state = new HashMap<>();
        outputs.forEach((name, output) -> {
            if (name.startsWith("present.")) {
                String past = "past." + name.substring("present.".length());
                state.put(past, output.values());
                shapes.put(past, output.shape());
            }
        });
        position += padded;
        return outputs;
    }

    private OnnxTensor past(String name, int batch, NodeInfo info) throws OrtException {
        if (state.containsKey(name)) {
            return OnnxTensor.createTensor(environment, FloatBuffer.wrap(state.get(name)), shapes.get(name));
        }
        long[] shape = ((TensorInfo) info.getInfo()).getShape().clone();
        shape[0] = batch;
        for (int i = 1; i < shape.length; i++) {
            shape[i] = Math.max(0, shape[i]); // rows that there are none of yet
        }
        int length = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return OnnxTensor.createTensor(environment, FloatBuffer.allocate(length), shape);
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
