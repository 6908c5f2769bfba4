package io.github.performer4j.checkpoint.onnx;

import io.github.performer4j.core.export.NetTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import onnx.Onnx;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.protobuf.ByteString;

/**
 * A graph of ONNX that is being written: each method adds a node and returns the name of its result, which no other has. Constants are written once; those of a loop's body lie in the graph around
 * it, whose names a body sees. All numbers are float32, int64 or bool, but for angles, which are float64.
 */
final class OnnxNodes {
    /** Version of the set of operations that nodes mean. */
    static final int OPSET = 17;

    private final Onnx.GraphProto.Builder graph;
    private final OnnxNodes outer; // null in the outermost graph
    private final Set<String> constants; // shared by all
    private final int[] count;

    /** Begins a model's graph. */
    OnnxNodes(String name) {
        this(Onnx.GraphProto.newBuilder().setName(name), null, new HashSet<>(), new int[1]);
    }

    private OnnxNodes(Onnx.GraphProto.Builder graph, OnnxNodes outer, Set<String> constants, int[] count) {
        this.graph = graph;
        this.outer = outer;
        this.constants = constants;
        this.count = count;
    }

    /** Begins the body of a loop in this graph. */
    OnnxNodes body(String name) {
        return new OnnxNodes(Onnx.GraphProto.newBuilder().setName(name), this, constants, count);
    }

    /** Returns the graph as it is. */
    Onnx.GraphProto.Builder graph() {
        return graph;
    }

    private Onnx.GraphProto.Builder outermost() {
        return outer == null ? graph : outer.outermost();
    }

    /** Returns a name that no result has. */
    String fresh(String operation) {
        return operation + "_" + count[0]++;
    }

    /** Adds a node of one result. */
    String node(String operation, String... inputs) {
        return node(operation, List.of(), inputs);
    }

    /** Adds a node of one result with attributes. */
    String node(String operation, List<Onnx.AttributeProto> attributes, String... inputs) {
        String result = fresh(operation);
        add(operation, attributes, List.of(inputs), List.of(result));
        return result;
    }

    /** Adds a node whose results have names. */
    void add(String operation, List<Onnx.AttributeProto> attributes, List<String> inputs, List<String> results) {
        graph.addNode(Onnx.NodeProto.newBuilder()
                .setOpType(operation)
                .setName(operation + ":" + results.get(0))
                .addAllInput(inputs)
                .addAllOutput(results)
                .addAllAttribute(attributes));
    }

    static Onnx.AttributeProto attribute(String name, long value) {
        return Onnx.AttributeProto.newBuilder()
                .setName(name)
                .setType(Onnx.AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static Onnx.AttributeProto attribute(String name, float value) {
        return Onnx.AttributeProto.newBuilder()
                .setName(name)
                .setType(Onnx.AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static Onnx.AttributeProto attribute(String name, long... values) {
        Onnx.AttributeProto.Builder all =
                Onnx.AttributeProto.newBuilder().setName(name).setType(Onnx.AttributeProto.AttributeType.INTS);
        Arrays.stream(values).forEach(all::addInts);
        return all.build();
    }

    static Onnx.AttributeProto attribute(String name, Onnx.GraphProto body) {
        return Onnx.AttributeProto.newBuilder()
                .setName(name)
                .setType(Onnx.AttributeProto.AttributeType.GRAPH)
                .setG(body)
                .build();
    }

    String transpose(String x, long... order) {
        return node("Transpose", List.of(attribute("perm", order)), x);
    }

    /** Turns the last two of four dimensions. */
    String turned(String x) {
        return transpose(x, 0, 1, 3, 2);
    }

    String cast(String x, Onnx.TensorProto.DataType type) {
        return node("Cast", List.of(attribute("to", type.getNumber())), x);
    }

    String asFloat(String x) {
        return cast(x, Onnx.TensorProto.DataType.FLOAT);
    }

    /** Sums along one dimension, which stays with size 1. */
    String sum(String x, long axis) {
        return node("ReduceSum", List.of(attribute("keepdims", 1)), x, ints(axis));
    }

    /** The greatest along some dimensions, which stay with size 1. */
    String max(String x, long... axes) {
        return node("ReduceMax", List.of(attribute("axes", axes), attribute("keepdims", 1)), x);
    }

    String softmax(String x) {
        return node("Softmax", List.of(attribute("axis", -1)), x);
    }

    String concat(long axis, String... parts) {
        return node("Concat", List.of(attribute("axis", axis)), parts);
    }

    /** The part of x from one place to another along a dimension. */
    String slice(String x, long axis, String from, String to) {
        return node("Slice", x, from, to, ints(axis));
    }

    String slice(String x, long axis, long from, long to) {
        return slice(x, axis, ints(from), ints(to));
    }

    String reshape(String x, long... shape) {
        return node("Reshape", x, ints(shape));
    }

    /** Returns one dimension of an array, int64 [1]. */
    String dimension(String x, long axis) {
        return node("Gather", node("Shape", x), ints(axis));
    }

    String times(String x, double factor) {
        return factor == 1 ? x : node("Mul", x, number(factor));
    }

    String plus(String x, double number) {
        return number == 0 ? x : node("Add", x, number(number));
    }

    /** A float32 that broadcasts to any shape. */
    String number(double value) {
        return floats(new long[] {1}, new double[] {value});
    }

    /** A float32 without dimensions. */
    String scalar(double value) {
        return floats(new long[0], new double[] {value});
    }

    /** An int64 array [n]. */
    String ints(long... values) {
        return ints("ints " + Arrays.toString(values), new long[] {values.length}, values);
    }

    /** An int64 array [n] under a name of its own, for those that are long. */
    String table(String name, long... values) {
        return ints(name, new long[] {values.length}, values);
    }

    /** An int64 without dimensions. */
    String integer(long value) {
        return ints("int " + value, new long[0], value);
    }

    private String ints(String name, long[] shape, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(bytes::putLong);
        return constant(name, Onnx.TensorProto.DataType.INT64, shape, bytes);
    }

    /** Returns 0, 1, … n − 1, int64 [n], of n [1]. */
    String range(String n) {
        return node("Range", integer(0), node("Squeeze", n), integer(1));
    }

    /** A float32 constant of a few numbers. */
    String floats(long[] shape, double... values) {
        String name = "floats " + Arrays.toString(shape) + " " + Arrays.toString(values);
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(v -> bytes.putFloat((float) v));
        return constant(name, Onnx.TensorProto.DataType.FLOAT, shape, bytes);
    }

    /** A float64 constant of a few numbers. */
    String doubles(long[] shape, double... values) {
        return doubles("doubles " + Arrays.toString(shape) + " " + Arrays.toString(values), shape, values);
    }

    /** A float64 constant under a name. */
    String doubles(String name, long[] shape, double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(bytes::putDouble);
        return constant(name, Onnx.TensorProto.DataType.DOUBLE, shape, bytes);
    }

    /** A float32 constant of many numbers, under a name. */
    String floats(String name, long[] shape, double... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(4, values.length)).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(v -> bytes.putFloat((float) v));
        return constant(name, Onnx.TensorProto.DataType.FLOAT, shape, bytes);
    }

    /** Numbers of the net. */
    String tensor(NetTensor tensor) {
        if (constants.contains(tensor.name())) {
            return tensor.name();
        }
        INDArray rows = tensor.array().dup('c');
        float[] values = rows.data().asFloat();
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(4, values.length)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(tensor.name(), Onnx.TensorProto.DataType.FLOAT, rows.shape(), bytes.position(bytes.limit()));
    }

    private String constant(String name, Onnx.TensorProto.DataType type, long[] shape, ByteBuffer bytes) {
        if (constants.add(name)) {
            Onnx.TensorProto.Builder tensor = Onnx.TensorProto.newBuilder()
                    .setName(name)
                    .setDataType(type.getNumber())
                    .setRawData(ByteString.copyFrom(bytes.flip()));
            Arrays.stream(shape).forEach(tensor::addDims);
            outermost().addInitializer(tensor);
        }
        return name;
    }

    /** Describes an input or output without dimensions. */
    static Onnx.ValueInfoProto single(String name, Onnx.TensorProto.DataType type) {
        Onnx.TypeProto.Tensor.Builder tensor = Onnx.TypeProto.Tensor.newBuilder()
                .setElemType(type.getNumber())
                .setShape(Onnx.TensorShapeProto.getDefaultInstance());
        return Onnx.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(Onnx.TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    /** Describes an input or output; a name is a size that may be any, and without sizes nothing is said of the shape. */
    static Onnx.ValueInfoProto value(String name, Onnx.TensorProto.DataType type, Object... shape) {
        Onnx.TypeProto.Tensor.Builder tensor =
                Onnx.TypeProto.Tensor.newBuilder().setElemType(type.getNumber());
        Onnx.TensorShapeProto.Builder dims = Onnx.TensorShapeProto.newBuilder();
        for (Object size : shape) {
            dims.addDim(
                    size instanceof String any
                            ? Onnx.TensorShapeProto.Dimension.newBuilder().setDimParam(any)
                            : Onnx.TensorShapeProto.Dimension.newBuilder().setDimValue(((Number) size).longValue()));
        }
        if (shape.length > 0) {
            tensor.setShape(dims);
        }
        return Onnx.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(Onnx.TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    /** Returns one dimension, so many times. */
    static long[] same(long axis, int times) {
        return IntStream.range(0, times).mapToLong(i -> axis).toArray();
    }
}
