package io.github.performer4j.checkpoint.onnx;

import io.github.performer4j.core.export.ExportedNet;
import io.github.performer4j.core.export.NetPart;
import io.github.performer4j.core.layer.ContrastLayer;
import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.core.task.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import onnx.Onnx;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A model as an ONNX file, for batches of any size and sequences of any length. Names are those of HuggingFace's exports:
 *
 * <pre>
 * input_ids          int64 [B,T]      or rows float32 [B,T,F] of models of images
 * attention_mask     int64 [B,T]      1 for real tokens and 0 for padding, whose ids may be any
 * last_hidden_state  float32 [B,T,E]  what padded tokens have means nothing
 * logits             float32 [B,T,V]  of a head on tokens; [B,C] of one on sequences
 * probabilities      float32          of heads that are no language model's
 * numbers            float32 [B,D]    of regressions, in the units of the training data
 * sentence_embedding float32 [B,E]    of models that learnt pairs, of length 1
 * </pre>
 *
 * <p>A causal model can be written with its state: then T is the tokens of a part of a text, {@code position} int64 [1] says how many came before it, and {@code past.NAME} take what {@code
 * present.NAME} gave for the part before; see {@link OnnxState}. Operations are those of version 17 of ONNX's set, without any of a runtime's own.
 */
public final class OnnxModel {
    /** Token ids. */
    public static final String IDS = "input_ids";

    /** Rows of floats. */
    public static final String ROWS = "rows";

    /** The mask. */
    public static final String MASK = "attention_mask";

    /** Tokens of a text in front of a part. */
    public static final String POSITION = "position";

    /** Final hidden states. */
    public static final String HIDDEN = "last_hidden_state";

    /** What a head says in front of softmax and the like. */
    public static final String LOGITS = "logits";

    /** What a head says. */
    public static final String PROBABILITIES = "probabilities";

    /** Estimated numbers. */
    public static final String NUMBERS = "numbers";

    /** Vectors that can be compared. */
    public static final String EMBEDDING = "sentence_embedding";

    private static final String BATCH = "batch";
    private static final String TOKENS = "tokens";

    /** Version of the file's format that this set of operations came with. */
    private static final int IR = 8;

    /** Protocol buffers end at 2³¹ − 1 bytes; some are left for nodes and names. */
    private static final long MOST_BYTES = (1L << 31) - (1L << 24);

    private final ExportedNet net;
    private final Task task;
    private final String hidden;
    private final boolean masked;
    private final OnnxNodes g = new OnnxNodes("performer4j");
    private final OnnxState state;

    private OnnxModel(ExportedNet net, Task task, String hidden, boolean masked, boolean streaming) {
        this.net = net;
        this.task = task;
        this.hidden = hidden;
        this.masked = masked;
        state = streaming ? new OnnxState(g, BATCH) : null;
    }

    /**
     * Writes a net.
     *
     * @param net in float32; it stays as it is
     * @param task what its head is for
     * @param hidden name of the vertex of the final hidden states
     * @param masked whether sequences may be padded, so that there is a mask
     * @param streaming whether a causal net is written with its state
     * @param metadata about the model, by name
     * @param version of the program that writes it
     * @throws IllegalArgumentException in one line, naming layer and class or option, if ONNX cannot hold the net
     */
    public static Onnx.ModelProto of(
            ComputationGraph net,
            Task task,
            String hidden,
            boolean masked,
            boolean streaming,
            Map<String, String> metadata,
            String version) {
        if (net.params().dataType() != DataType.FLOAT) {
            throw new IllegalArgumentException("an ONNX file is written of a net in float32; type="
                    + net.params().dataType());
        }
        requireRoom(net.numParams(), MOST_BYTES);
        OnnxModel model = new OnnxModel(ExportedNet.of(net), task, hidden, masked, streaming);
        model.write();
        Onnx.ModelProto.Builder file = Onnx.ModelProto.newBuilder()
                .setIrVersion(IR)
                .setProducerName("performer4j")
                .setProducerVersion(version)
                .setGraph(model.g.graph())
                .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setVersion(OnnxNodes.OPSET));
        new TreeMap<>(metadata)
                .forEach((key, value) -> file.addMetadataProps(
                        Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return file.build();
    }

    /** Refuses a net whose weights do not fit one protocol buffer. */
    static void requireRoom(long parameters, long most) {
        if (4 * parameters > most) {
            throw new IllegalArgumentException(
                    "an ONNX file holds less than 2 GiB: write the weights alone as safetensors;" + " parameters="
                            + parameters + ", bytes=" + 4 * parameters);
        }
    }

    private void write() {
        Map<String, String> results = new HashMap<>();
        List<Onnx.ValueInfoProto> inputs = new ArrayList<>();
        List<Onnx.ValueInfoProto> outputs = new ArrayList<>();
        boolean ids = net.rowSize() == 0;
        String source = ids ? IDS : ROWS;
        inputs.add(
                ids
                        ? OnnxNodes.value(IDS, Onnx.TensorProto.DataType.INT64, BATCH, TOKENS)
                        : OnnxNodes.value(ROWS, Onnx.TensorProto.DataType.FLOAT, BATCH, TOKENS, net.rowSize()));
        String real = null;
        String read = source;
        if (masked) {
            inputs.add(OnnxNodes.value(MASK, Onnx.TensorProto.DataType.INT64, BATCH, TOKENS));
            String shown = g.cast(MASK, Onnx.TensorProto.DataType.BOOL);
            real = g.asFloat(shown);
            read = ids
                    ? g.node("Where", shown, source, g.ints(0))
                    : g.node("Where", g.node("Unsqueeze", shown, g.ints(2)), source, g.number(0));
        }
        if (state != null) {
            inputs.add(OnnxNodes.value(POSITION, Onnx.TensorProto.DataType.INT64, 1));
        }
        OnnxMask mask = OnnxMask.of(g, real, g.dimension(source, 1), state == null ? null : POSITION);
        results.put(net.input(), read);
        for (NetPart part : net.parts()) {
            String z = OnnxProgram.define(g, part, results.get(part.input()), mask, state);
            if (part.name().equals(HeadPlace.OUTPUT)) {
                head(part, z, outputs);
            } else if (part.finish() == NetPart.Finish.UNIT) {
                output(EMBEDDING, finished(part, z), outputs, BATCH, columns(part));
            } else {
                results.put(part.name(), finished(part, z));
            }
            if (part.name().equals(hidden)) {
                output(HIDDEN, results.get(hidden), outputs, BATCH, TOKENS, columns(part));
            }
        }
        if (state != null) {
            inputs.addAll(state.inputs());
            outputs.addAll(state.outputs());
        }
        g.graph().addAllInput(inputs).addAllOutput(outputs);
    }

    private static int columns(NetPart part) {
        return part.program().output().columns();
    }

    private void head(NetPart part, String z, List<Onnx.ValueInfoProto> outputs) {
        NetPart below = net.part(part.input());
        Object[] shape = below != null && below.program().pools()
                ? new Object[] {BATCH, columns(part)}
                : new Object[] {BATCH, TOKENS, columns(part)};
        output(LOGITS, z, outputs, shape);
        if (!task.predictsTokens() && part.finish() != NetPart.Finish.NONE) {
            output(PROBABILITIES, finished(part, z), outputs, shape);
        }
        if (task instanceof Regression numbers && numbers.mean() != null) {
            long[] size = {numbers.mean().size()};
            String scale =
                    g.floats(size, numbers.scale().stream().mapToDouble(x -> x).toArray());
            String mean =
                    g.floats(size, numbers.mean().stream().mapToDouble(x -> x).toArray());
            output(NUMBERS, g.node("Add", g.node("Mul", z, scale), mean), outputs, shape);
        }
    }

    private String finished(NetPart part, String z) {
        return switch (part.finish()) {
            case NONE -> z;
            case SOFTMAX -> g.softmax(z);
            case SIGMOID -> g.node("Sigmoid", z);
            case TANH -> g.node("Tanh", z);
            case RELU -> g.node("Relu", z);
            case UNIT ->
                g.node("Div", z, g.node("Sqrt", g.plus(g.sum(g.node("Mul", z, z), -1), ContrastLayer.EPSILON)));
        };
    }

    private void output(String name, String value, List<Onnx.ValueInfoProto> outputs, Object... shape) {
        g.add("Identity", List.of(), List.of(value), List.of(name));
        outputs.add(OnnxNodes.value(name, Onnx.TensorProto.DataType.FLOAT, shape));
    }
}
