package io.github.performer4j.checkpoint.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes the fields of ONNX files, right or wrong, by the numbers that {@code onnx.proto} gives them. */
final class OnnxBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private OnnxBytes varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
        return this;
    }

    OnnxBytes number(int field, long value) {
        return varint((long) field << 3).varint(value);
    }

    OnnxBytes bytes(int field, byte... content) {
        varint((long) field << 3 | 2).varint(content.length);
        out.writeBytes(content);
        return this;
    }

    OnnxBytes text(int field, String content) {
        return bytes(field, content.getBytes(StandardCharsets.UTF_8));
    }

    OnnxBytes add(int field, OnnxBytes message) {
        return bytes(field, message.get());
    }

    byte[] get() {
        return out.toByteArray();
    }

    /** A tensor of floats in raw_data. */
    static OnnxBytes tensor(String name, long[] dims, float... values) {
        OnnxBytes tensor = new OnnxBytes();
        for (long size : dims) {
            tensor.number(1, size);
        }
        return tensor.number(2, 1).text(8, name).bytes(9, floats(values));
    }

    static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    static OnnxBytes node(String name, String operation, String... inputs) {
        OnnxBytes node = new OnnxBytes();
        for (String input : inputs) {
            node.text(1, input);
        }
        return node.text(2, "out").text(3, name).text(4, operation);
    }

    /** A file whose graph has these fields. */
    static byte[] file(OnnxBytes graph) {
        return new OnnxBytes()
                .number(1, 8)
                .text(2, "pytorch")
                .add(7, graph)
                .add(8, new OnnxBytes().number(2, 17))
                .get();
    }
}
