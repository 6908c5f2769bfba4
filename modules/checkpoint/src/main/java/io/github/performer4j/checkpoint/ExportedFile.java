package io.github.performer4j.checkpoint;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a file in a format of other programs takes and gives.
 *
 * @param inputs arrays to be handed in
 * @param outputs arrays that it computes
 */
public record ExportedFile(List<Port> inputs, List<Port> outputs) {
    /** A dimension of any size. */
    public static final long ANY = -1;

    /** Copies the lists. */
    public ExportedFile {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * An array by name.
     *
     * @param name in the file
     * @param type as {@code float32}
     * @param shape of the array; {@link #ANY} for dimensions of any size
     */
    public record Port(String name, String type, List<Long> shape) {
        /** Copies the shape. */
        public Port {
            shape = List.copyOf(shape);
        }

        static Port of(String name, DataType type, List<Long> shape) {
            String written = type == DataType.DOUBLE ? "float64" : type == DataType.FLOAT ? "float32" : "int32";
            return new Port(name, written, shape);
        }

        /** Returns {@code ids int32 [1,128]}; a star stands for any size. */
        @Override
        public String toString() {
            String dims = shape.stream()
                    .map(n -> n == ANY ? "*" : String.format(Locale.ROOT, "%d", n))
                    .collect(Collectors.joining(","));
            return name + " " + type + " [" + dims + "]";
        }
    }
}
