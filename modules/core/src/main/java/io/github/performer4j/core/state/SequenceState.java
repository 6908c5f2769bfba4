package io.github.performer4j.core.state;

import io.github.performer4j.core.net.TokenSteps;
import io.github.performer4j.kernels.memory.FloatBlock;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a net knows of the tokens of one sequence that {@link TokenSteps} has read: for each vertex the {@linkplain Carry state} of its layer. Its size does not grow with the tokens.
 *
 * <p>Arrays that a step has read are those that the next but one writes. Not thread-safe.
 */
public final class SequenceState {
    private static final int VERSION = 1;
    private static final int MOST_ENTRIES = 1 << 16;
    private static final int MOST_VALUES = 1 << 28;
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8;
    private static final int PIECE = 1 << 16;

    private final Map<String, Map<String, INDArray>> layers = new LinkedHashMap<>();
    private final Map<String, Map<String, INDArray>> spare = new LinkedHashMap<>();
    private final Map<INDArray, FloatBlock> blocks = new IdentityHashMap<>();
    private Object sequence = new Object();
    private long tokens;

    /** Returns the state at a sequence's start. */
    public static SequenceState empty() {
        return new SequenceState();
    }

    private SequenceState() {}

    /** Returns how many tokens were read. */
    public long tokens() {
        return tokens;
    }

    /**
     * Memory of a vertex's state.
     *
     * @param spare arrays by name that nobody reads any more
     * @param blocks arrays as kernels see them, all vertices'
     */
    public record Memory(Map<String, INDArray> spare, Map<INDArray, FloatBlock> blocks) {}

    /** Returns what is the same as long as one sequence is read, by its copies, too, and another for each sequence. */
    public Object sequence() {
        return sequence;
    }

    /** Returns a copy that goes on later, when the net may have learnt: another sequence. */
    public SequenceState anew() {
        SequenceState copy = copy();
        copy.sequence = new Object();
        return copy;
    }

    /** Returns a copy that goes its own way. */
    public SequenceState copy() {
        SequenceState copy = new SequenceState();
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            layers.forEach((vertex, arrays) -> {
                Map<String, INDArray> own = new LinkedHashMap<>();
                arrays.forEach((name, array) -> own.put(name, array.dup('c')));
                copy.layers.put(vertex, own);
            });
        }
        copy.tokens = tokens;
        copy.sequence = sequence;
        return copy;
    }

    /** Returns what one part may bring up to date in its stead, on the same arrays: if that fails, this one stands as it was. */
    public SequenceState forPart() {
        SequenceState part = new SequenceState();
        part.become(this);
        return part;
    }

    public Memory memory(String vertex) {
        return new Memory(spare.getOrDefault(vertex, Map.of()), blocks);
    }

    /** Returns the state of a vertex; empty at the sequence's start. */
    public Map<String, INDArray> of(String vertex) {
        return layers.getOrDefault(vertex, Map.of());
    }

    public void put(String vertex, Map<String, INDArray> state) {
        Map<String, INDArray> last = layers.put(vertex, state);
        if (last != null) {
            spare.put(vertex, last);
        }
    }

    public void read(int more) {
        tokens += more;
    }

    public void become(SequenceState other) {
        layers.clear();
        layers.putAll(other.layers);
        spare.clear();
        spare.putAll(other.spare);
        blocks.clear();
        blocks.putAll(other.blocks); // few: arrays are used again
        sequence = other.sequence;
        tokens = other.tokens;
    }

    /** Writes version, tokens, and names, types, shapes and values of all arrays. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeLong(tokens);
        out.writeInt(layers.size());
        for (Map.Entry<String, Map<String, INDArray>> layer : layers.entrySet()) {
            out.writeUTF(layer.getKey());
            out.writeInt(layer.getValue().size());
            for (Map.Entry<String, INDArray> array : layer.getValue().entrySet()) {
                out.writeUTF(array.getKey());
                write(array.getValue(), out);
            }
        }
    }

    private static void write(INDArray array, DataOutput out) throws IOException {
        INDArray plain = array.dup('c');
        out.writeUTF(array.dataType().name());
        out.writeInt(array.rank());
        for (long n : array.shape()) {
            out.writeLong(n);
        }
        for (long i = 0; i < plain.length(); i++) {
            switch (array.dataType()) {
                case FLOAT -> out.writeFloat(plain.data().getFloat(i));
                case LONG -> out.writeLong(plain.data().getLong(i));
                default -> out.writeDouble(plain.data().getDouble(i));
            }
        }
    }

    /**
     * Reads what {@link #write} wrote. Whether it fits a net shows when the net uses it.
     *
     * @throws IOException if the input is of another version, no state, or ends early
     */
    public static SequenceState read(DataInput in) throws IOException {
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("a state must be of a known version; version=" + version + ", known=" + VERSION);
        }
        SequenceState state = new SequenceState();
        state.tokens = in.readLong();
        int count = atMost(MOST_ENTRIES, "layers", in.readInt());
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            Map<String, INDArray> arrays = new LinkedHashMap<>();
            int entries = atMost(MOST_ENTRIES, "arrays", in.readInt());
            for (int j = 0; j < entries; j++) {
                arrays.put(in.readUTF(), readArray(in));
            }
            state.layers.put(name, arrays);
        }
        return state;
    }

    private static INDArray readArray(DataInput in) throws IOException {
        String type = in.readUTF();
        long[] shape = new long[atMost(8, "rank", in.readInt())];
        long length = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = atMost(MOST_VALUES, "size", in.readLong());
            length = atMost(MOST_VALUES, "values", length * shape[i]);
        }
        DataType numbers = named(type);
        ByteBuffer values = ByteBuffer.wrap(bytes(in, length * numbers.width()));
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            INDArray array = Nd4j.createUninitialized(numbers, shape, 'c');
            for (long i = 0; i < length; i++) {
                switch (numbers) {
                    case FLOAT -> array.data().put(i, values.getFloat());
                    case LONG -> array.data().put(i, values.getLong());
                    default -> array.data().put(i, values.getDouble());
                }
            }
            return array;
        }
    }

    /** Reads so many bytes; memory grows with what is there, whatever the input says. */
    private static byte[] bytes(DataInput in, long count) throws IOException {
        int total = atMost(MOST_BYTES, "bytes", count);
        byte[] bytes = new byte[Math.min(total, PIECE)];
        in.readFully(bytes);
        while (bytes.length < total) {
            int read = bytes.length;
            bytes = Arrays.copyOf(bytes, (int) Math.min(total, 2L * read));
            in.readFully(bytes, read, bytes.length - read);
        }
        return bytes;
    }

    private static DataType named(String type) throws IOException {
        return switch (type) {
            case "FLOAT" -> DataType.FLOAT;
            case "DOUBLE" -> DataType.DOUBLE;
            case "LONG" -> DataType.INT64;
            default -> throw new IOException("a state must be of floats, doubles and longs; type=" + type);
        };
    }

    private static int atMost(int most, String name, long value) throws IOException {
        if (value < 0 || value > most) {
            throw new IOException("a state is damaged; " + name + "=" + value + ", most=" + most);
        }
        return (int) value;
    }
}
