package io.github.performer4j.checkpoint.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes a safetensors file: float32 or float64 arrays under the names of other programs. Equal arrays in equal order give equal bytes. */
public final class SafetensorsWriter {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int ALIGNMENT = 8;

    /** Elements that are written at a time. */
    private static final int PIECE = 1 << 16;

    private SafetensorsWriter() {}

    /**
     * Writes a file.
     *
     * @param out of the file; stays open
     * @param tensors name → array, float32 or float64, in the order in which they are to lie in the file
     * @throws IllegalArgumentException if an array is of another type
     * @throws IOException from the stream
     */
    public static void write(OutputStream out, Map<String, INDArray> tensors) throws IOException {
        write(out, tensors, Map.of());
    }

    /**
     * Writes a file.
     *
     * @param out of the file; stays open
     * @param tensors name → array, float32 or float64, in the order in which they are to lie in the file
     * @param metadata more that the header says, by name
     * @throws IllegalArgumentException if an array is of another type, or the header has no room for all
     * @throws IOException from the stream
     */
    public static void write(OutputStream out, Map<String, INDArray> tensors, Map<String, String> metadata)
            throws IOException {
        ObjectNode header = MAPPER.createObjectNode();
        ObjectNode said = header.putObject(SafetensorsHeader.METADATA)
                .put("format", "pt"); // without it transformers refuses the file
        new TreeMap<>(metadata).forEach(said::put);
        long offset = 0;
        for (Map.Entry<String, INDArray> entry : tensors.entrySet()) {
            INDArray array = entry.getValue();
            ElementType type = type(entry.getKey(), array);
            ObjectNode node = header.putObject(entry.getKey()).put("dtype", type.name());
            for (long size : array.shape()) {
                node.withArray("shape").add(size);
            }
            if (array.rank() == 0) {
                node.putArray("shape");
            }
            long end = Math.addExact(offset, Math.multiplyExact(array.length(), type.bytes()));
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = MAPPER.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (padded > SafetensorsHeader.MAX_LENGTH) {
            throw new IllegalArgumentException("the header must not be longer than " + SafetensorsHeader.MAX_LENGTH
                    + " bytes; tensors=" + tensors.size() + ", length=" + padded);
        }
        ByteBuffer start =
                ByteBuffer.allocate(SafetensorsHeader.PREFIX + padded).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(padded).put(json);
        while (start.hasRemaining()) {
            start.put((byte) ' ');
        }
        out.write(start.array());
        for (INDArray array : tensors.values()) {
            write(out, array);
        }
    }

    private static ElementType type(String name, INDArray array) {
        if (array.dataType() == DataType.FLOAT) {
            return ElementType.F32;
        }
        if (array.dataType() == DataType.DOUBLE) {
            return ElementType.F64;
        }
        throw new IllegalArgumentException(
                "tensors must be float32 or float64; tensor=" + name + ", type=" + array.dataType());
    }

    private static void write(OutputStream out, INDArray array) throws IOException {
        INDArray rows = array.dup('c').reshape('c', new long[] {array.length()});
        boolean wide = array.dataType() == DataType.DOUBLE;
        ByteBuffer piece = ByteBuffer.allocate(PIECE * (wide ? 8 : 4)).order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < array.length(); i++) {
            if (wide) {
                piece.putDouble(rows.getDouble(i));
            } else {
                piece.putFloat(rows.getFloat(i));
            }
            if (!piece.hasRemaining() || i == array.length() - 1) {
                out.write(piece.array(), 0, piece.position());
                piece.clear();
            }
        }
    }
}
