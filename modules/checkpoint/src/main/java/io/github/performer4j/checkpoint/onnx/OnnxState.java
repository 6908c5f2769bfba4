package io.github.performer4j.checkpoint.onnx;

import java.util.ArrayList;
import java.util.List;
import onnx.Onnx;

/**
 * What a causal model keeps between the parts of a text: inputs {@code past.NAME} and outputs {@code present.NAME}, which the next call takes. All begin as zeros, those whose length grows with no
 * rows.
 */
final class OnnxState {
    private static final String PAST = "past.";
    private static final String PRESENT = "present.";

    private final OnnxNodes g;
    private final String batch;
    private final List<Onnx.ValueInfoProto> inputs = new ArrayList<>();
    private final List<Onnx.ValueInfoProto> outputs = new ArrayList<>();

    OnnxState(OnnxNodes g, String batch) {
        this.g = g;
        this.batch = batch;
    }

    /** Takes a state of one size, [B,…]; returns its name. */
    String past(String name, long... sizes) {
        Object[] shape = new Object[sizes.length + 1];
        shape[0] = batch;
        for (int i = 0; i < sizes.length; i++) {
            shape[i + 1] = sizes[i];
        }
        return add(name, shape);
    }

    /** Takes a state of as many rows as there are, [B,n,rows,size]; returns its name. */
    String rows(String name, long n, long size) {
        return add(name, batch, n, "rows of " + name, size);
    }

    private String add(String name, Object... shape) {
        inputs.add(OnnxNodes.value(PAST + name, Onnx.TensorProto.DataType.FLOAT, shape));
        Object[] next = shape.clone();
        for (int i = 1; i < next.length; i++) {
            next[i] = next[i] instanceof String rows ? "next " + rows : next[i];
        }
        outputs.add(OnnxNodes.value(PRESENT + name, Onnx.TensorProto.DataType.FLOAT, next));
        return PAST + name;
    }

    /** Hands on what the next call takes. */
    void present(String name, String value) {
        g.add("Identity", List.of(), List.of(value), List.of(PRESENT + name));
    }

    List<Onnx.ValueInfoProto> inputs() {
        return inputs;
    }

    List<Onnx.ValueInfoProto> outputs() {
        return outputs;
    }
}
