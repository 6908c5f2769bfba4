package io.github.performer4j.checkpoint;

import io.github.performer4j.core.state.SequenceState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Where a text stands: its tokens, and what the net knows of those that it has read. Immutable; {@link Generator} goes on from it as if it had not ended, and {@link GenerationFile} keeps it.
 */
public final class GenerationState {
    private static final int MOST_TOKENS = 1 << 28;
    private static final int FIRST = 1 << 12;

    private final int[] ids;
    private final int read;
    private final int drawn;
    private final Marks marks;
    private final SequenceState layers;

    /**
     * Makes one.
     *
     * @param ids [T] tokens with their frame; of those that the net has not read none may be left out
     * @param read how many of them the net has read
     * @param drawn how many of them were drawn
     * @param marks where what is written begins
     * @param layers what it knows of them; empty if read is 0
     */
    GenerationState(int[] ids, int read, int drawn, Marks marks, SequenceState layers) {
        this.ids = ids.clone();
        this.read = read;
        this.drawn = drawn;
        this.marks = marks;
        this.layers = layers.copy();
    }

    /** Returns how many tokens there are, prompt and frame included. */
    public int tokens() {
        return ids.length;
    }

    /** Returns [T] the tokens, prompt and frame included. */
    public int[] ids() {
        return ids.clone();
    }

    int read() {
        return read;
    }

    int drawn() {
        return drawn;
    }

    Marks marks() {
        return marks;
    }

    SequenceState layers() {
        return layers.copy();
    }

    /** Returns the state before the first token is drawn. */
    static GenerationState start(int... ids) {
        return new GenerationState(ids, 0, 0, Marks.at(ids.length), SequenceState.empty());
    }

    /** Returns the same with more tokens behind, which the net has not read, to go on later: a text begins there. */
    GenerationState with(int... more) {
        int[] longer = Arrays.copyOf(ids, ids.length + more.length);
        System.arraycopy(more, 0, longer, ids.length, more.length);
        return new GenerationState(
                longer, read, drawn, more.length == 0 ? marks : Marks.at(longer.length), layers.anew());
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(ids.length);
        for (int id : ids) {
            out.writeInt(id);
        }
        out.writeInt(read);
        out.writeInt(drawn);
        out.writeInt(marks.text());
        out.writeInt(marks.rule());
        layers.write(out);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param version of the file; those of format 1 have no marks
     */
    static GenerationState read(DataInput in, int version, int vocabulary) throws IOException {
        int tokens = within("tokens", in.readInt(), MOST_TOKENS);
        int[] ids = new int[Math.min(tokens, FIRST)]; // grows with what is there, whatever the file says
        for (int i = 0; i < tokens; i++) {
            if (i == ids.length) {
                ids = Arrays.copyOf(ids, Math.min(tokens, 2 * i));
            }
            ids[i] = within("token", in.readInt(), vocabulary - 1);
        }
        int read = within("read", in.readInt(), ids.length);
        int drawn = within("drawn", in.readInt(), ids.length);
        Marks marks = version == 1 ? new Marks(ids.length - drawn, Marks.UNKNOWN) : marks(in, ids.length);
        SequenceState layers = SequenceState.read(in);
        if (layers.tokens() != read) {
            throw new IOException("a state is damaged; read=" + read + ", tokens of its layers=" + layers.tokens());
        }
        return new GenerationState(ids, read, drawn, marks, layers);
    }

    private static Marks marks(DataInput in, int tokens) throws IOException {
        int text = within("text", in.readInt(), tokens);
        int rule = in.readInt();
        return new Marks(text, rule == Marks.UNKNOWN ? rule : within("rule", rule, tokens));
    }

    private static int within(String name, int value, int most) throws IOException {
        if (value < 0 || value > most) {
            throw new IOException("a state is damaged; " + name + "=" + value + ", most=" + most);
        }
        return value;
    }
}
