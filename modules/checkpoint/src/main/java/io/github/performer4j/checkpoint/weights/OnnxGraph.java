package io.github.performer4j.checkpoint.weights;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;
import org.nd4j.shade.protobuf.WireFormat;

/**
 * What there is to know of an ONNX file: its initialisers, and which node reads which. Numbers of fields are those of {@code onnx.proto}; bytes of tensors stay where they are.
 *
 * @param initializers in the file's order
 * @param nodes in the file's order
 */
record OnnxGraph(List<Initializer> initializers, List<Node> nodes) {
    /** Most initialisers, and most nodes. */
    private static final int MAX_COUNT = 1 << 20;

    private static final int GRAPH = 7;
    private static final Set<String> QUANTISED = Set.of(
            "DequantizeLinear",
            "DynamicQuantizeLinear",
            "MatMulInteger",
            "MatMulNBits",
            "QLinearMatMul",
            "QuantizeLinear");

    /**
     * A node.
     *
     * @param name as {@code /encoder/layer.0/output/dense/MatMul}; may be empty
     * @param operation as {@code MatMul}
     * @param second name of the second input; empty if there is none
     */
    record Node(String name, String operation, String second) {}

    /**
     * Reads a file.
     *
     * @param whole its bytes
     * @throws DataFileException if it is no such file, or holds weights that are not read
     */
    static OnnxGraph read(String path, ByteBuffer whole) throws IOException {
        OnnxGraph graph = new OnnxGraph(new ArrayList<>(), new ArrayList<>());
        CodedInputStream in = CodedInputStream.newInstance(whole.duplicate());
        try {
            in.pushLimit(whole.remaining()); // without it, lengths may reach beyond the end
            boolean found = false;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == message(GRAPH)) {
                    found = true;
                    int outer = in.pushLimit(in.readRawVarint32());
                    graph.readGraph(path, in);
                    in.popLimit(outer);
                } else {
                    skip(in, tag);
                }
            }
            if (!found) {
                throw new DataFileException(path, 0, "an ONNX file must have a graph; bytes=" + whole.capacity());
            }
        } catch (InvalidProtocolBufferException e) {
            throw new DataFileException(
                    path,
                    0,
                    "must be an ONNX file, whole; byte=" + in.getTotalBytesRead() + ", cause=" + e.getMessage());
        }
        return graph;
    }

    static int message(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    /** Skips a field; what cannot be one is no protocol buffer. Groups would be entered one in the other as deep as the file says. */
    static void skip(CodedInputStream in, int tag) throws IOException {
        if ((tag & 7) == WireFormat.WIRETYPE_START_GROUP) {
            throw new InvalidProtocolBufferException("ONNX has no groups");
        }
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("a group ends that did not begin");
        }
    }

    private void readGraph(String path, CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag >>> 3) {
                case 1 -> nodes.add(node(path, in));
                case 5 -> initializers.add(OnnxTensor.read(path, in));
                case 15 ->
                    throw new DataFileException(
                            path, 0, "sparse initialisers are not read; byte=" + in.getTotalBytesRead());
                default -> skip(in, tag);
            }
            if (nodes.size() > MAX_COUNT || initializers.size() > MAX_COUNT) {
                throw new DataFileException(
                        path, 0, "a graph must have at most " + MAX_COUNT + " nodes and as many initialisers");
            }
        }
    }

    private static Node node(String path, CodedInputStream in) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        String name = "";
        String operation = "";
        String second = "";
        int inputs = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    String input = in.readStringRequireUtf8();
                    second = inputs++ == 1 ? input : second;
                }
                case 3 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> name = in.readStringRequireUtf8();
                case 4 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> operation = in.readStringRequireUtf8();
                default -> skip(in, tag);
            }
        }
        in.popLimit(outer);
        if (QUANTISED.contains(operation)) {
            throw new DataFileException(
                    path,
                    0,
                    "weights must not be quantised: take the model's float32 file; operation=" + operation + ", node="
                            + name);
        }
        return new Node(name, operation, second);
    }
}
