package io.github.performer4j.checkpoint.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * A named tensor of a file; its elements are read when they are asked for.
 *
 * @param name as the other program has it
 * @param type of the elements in the file
 * @param shape dimensions; empty for one number
 * @param transposed whether the file holds a matrix of {@code shape} column by column
 * @param source of the bytes
 * @param offset of the first byte in the source
 */
public record WeightTensor(
        String name, ElementType type, List<Long> shape, boolean transposed, TensorBytes source, long offset) {
    /** Elements that are read at a time. */
    private static final int PIECE = MappedFile.PIECE / 8;

    /** Copies the shape, whose product a reader has checked. */
    public WeightTensor {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
        if (transposed && shape.size() != 2) {
            throw new IllegalArgumentException("only a matrix can be transposed; tensor=" + name + ", shape=" + shape);
        }
    }

    /** Returns the number of elements. */
    public long elements() {
        return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }

    /**
     * Reads elements in row-major order of the shape.
     *
     * @param from number of the first one
     * @param count how many
     * @return float32, rounded where the file's type is wider
     * @throws IOException if the file cannot be read
     */
    public float[] floats(long from, int count) throws IOException {
        Objects.checkFromIndexSize(from, count, elements());
        float[] values = new float[count];
        if (transposed) {
            gather(from, values);
            return values;
        }
        for (int done = 0; done < count; ) {
            int n = Math.min(PIECE, count - done);
            ByteBuffer bytes = source.bytes(offset + (from + done) * type.bytes(), n * type.bytes());
            if (type == ElementType.F32) {
                bytes.asFloatBuffer().get(values, done, n);
            } else {
                for (int i = 0; i < n; i++) {
                    values[done + i] = type.value(bytes, i * type.bytes());
                }
            }
            done += n;
        }
        return values;
    }

    private void gather(long from, float... values) throws IOException {
        long rows = shape.get(0);
        long columns = shape.get(1);
        ByteBuffer bytes = source.bytes(offset, Math.toIntExact(elements() * type.bytes()));
        for (int i = 0; i < values.length; i++) {
            long row = (from + i) / columns;
            long column = (from + i) % columns;
            values[i] = type.value(bytes, Math.toIntExact((column * rows + row) * type.bytes()));
        }
    }

    /** Returns {@code embeddings.weight F32 [30522, 384]}. */
    @Override
    public String toString() {
        return name + " " + type + " " + shape;
    }
}
