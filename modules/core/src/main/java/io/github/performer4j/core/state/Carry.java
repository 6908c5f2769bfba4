package io.github.performer4j.core.state;

import io.github.performer4j.core.draw.Draw;
import io.github.performer4j.kernels.memory.FloatBlock;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What one forward pass over a part of a sequence, and its backward pass, take over from the parts before it and leave to those behind it: a layer's state.
 *
 * <p>A state is a table of arrays, as Deeplearning4j hands them round: what the layer's operations carry, in the net's type and of one shape whatever the engine; {@value #TOKENS}, how many
 * tokens came before; and {@value #DRAW}, the seed, layer and step of the random features that it was made with. Later parts use that draw, so that a redraw waits for the sequence's end.
 *
 * <p>Where gradients go {@linkplain #through through} the state, parts are differentiated from the last to the first: each takes the gradient of what it left, and gives that of what it took over,
 * array by array.
 */
public final class Carry {
    static final String TOKENS = "tokens";
    static final String DRAW = "draw";

    private final String layer; // for messages
    private final Map<String, INDArray> before;
    private final Map<String, INDArray> after = new LinkedHashMap<>();
    private final long batch;
    private final Draw.Key now;
    private final Draw.Key draw;

    private final SequenceState.Memory memory; // null where arrays are not to be used again
    private Map<String, INDArray> ofAfter; // gradient of what this part leaves; null if none goes through
    private final Map<String, INDArray> ofBefore = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>(); // of what was left, with a gradient that was looked at

    /**
     * Begins.
     *
     * @param layer name, for messages
     * @param before state of the parts before; empty at the sequence's start
     * @param batch B of this part
     * @param now the key of this moment's draws
     * @throws IllegalArgumentException if the state is another layer's, or of another batch
     */
    public Carry(String layer, Map<String, INDArray> before, long batch, Draw.Key now) {
        this(layer, before, batch, now, null);
    }

    /** Begins, with arrays that earlier parts have done with. */
    public Carry(String layer, Map<String, INDArray> before, long batch, Draw.Key now, SequenceState.Memory memory) {
        this.layer = layer;
        this.memory = memory;
        this.before = before;
        this.batch = batch;
        this.now = now;
        draw = before.isEmpty() ? now : key();
        if (draw.seed() != now.seed() || draw.layer() != now.layer()) {
            throw new IllegalArgumentException("a state must be of its own layer; layer=" + layer + ", state of seed="
                    + draw.seed() + ", layer's seed=" + now.seed() + ", same name="
                    + (draw.layer() == now.layer()));
        }
    }

    private Draw.Key key() {
        INDArray key = array(DRAW);
        return new Draw.Key(key.getLong(0), key.getLong(1), key.getLong(2), now.microBatch());
    }

    private INDArray array(String name) {
        INDArray array = before.get(name);
        if (array == null) {
            throw new IllegalArgumentException("a state must be of its own layer; layer=" + layer + ", missing=" + name
                    + ", state=" + before.keySet());
        }
        return array;
    }

    /** Returns the number of tokens before this part. */
    public long offset() {
        return before.isEmpty() ? 0 : array(TOKENS).getLong(0);
    }

    /**
     * Returns the key of a draw in this part.
     *
     * @throws IllegalStateException in inference, if random features were drawn anew since the state was made
     */
    public Draw.Key key(Draw wanted, boolean training) {
        if (!wanted.waits()) {
            return now;
        }
        if (!training && !wanted.relevant(now).equals(wanted.relevant(draw))) {
            throw new IllegalStateException(
                    "a state belongs to the random features that it was made with, and these were drawn anew since; clear it by rnnClearPreviousState(); layer="
                            + layer + ", state's step=" + draw.iteration() + ", step=" + now.iteration());
        }
        return draw;
    }

    /**
     * Returns what an operation left, [B,…].
     *
     * @return null at the sequence's start
     * @throws IllegalArgumentException if the state is of another batch, layer or type
     */
    public INDArray before(String name, DataType type, long... shape) {
        if (before.isEmpty()) {
            return null;
        }
        INDArray array = array(name);
        if (array.size(0) != batch) {
            throw new IllegalArgumentException(
                    "a state must have the batch of its input; clear it by rnnClearPreviousState() before another sequence; layer="
                            + layer + ", state=" + array.size(0) + ", input=" + batch);
        }
        if (!Arrays.equals(array.shape(), shape)) {
            throw new IllegalArgumentException("a state must have the shape of its layer; layer=" + layer + ", state="
                    + Arrays.toString(array.shape()) + ", layer's=" + Arrays.toString(shape));
        }
        return array.castTo(type);
    }

    /** Returns an array for what an operation leaves: one that nobody reads any more, or a new one. */
    public INDArray room(String name, DataType type, long... shape) {
        INDArray spare = memory == null ? null : memory.spare().get(name);
        return spare != null && spare.dataType() == type && Arrays.equals(spare.shape(), shape)
                ? spare
                : lasting(type, shape);
    }

    /** Returns an array of float32 as kernels see it; the caller keeps it reachable. */
    public FloatBlock block(INDArray array) {
        return memory == null ? NativeArrays.block(array) : memory.blocks().computeIfAbsent(array, NativeArrays::block);
    }

    /** Takes what an operation leaves. */
    public void after(String name, INDArray array) {
        after.put(name, array);
    }

    /**
     * Lets gradients through the state.
     *
     * @param behind those of what this part leaves, as the part behind it gave them; empty at the sequence's end
     */
    public void through(Map<String, INDArray> behind) {
        ofAfter = behind;
    }

    /** Returns whether gradients go through the state. */
    public boolean isThrough() {
        return ofAfter != null;
    }

    /** Returns whether the gradient of what was taken over is wanted: not at a sequence's start. */
    public boolean wantsGradients() {
        return isThrough() && !before.isEmpty();
    }

    /** Returns what an operation has left, in the forward pass. */
    public INDArray left(String name) {
        return after.get(name);
    }

    /** Returns the gradient of what an operation left; null for none. */
    public INDArray gradientAfter(String name, DataType type) {
        taken.add(name);
        INDArray gradient = isThrough() ? ofAfter.get(name) : null;
        return gradient == null ? null : gradient.castTo(type);
    }

    /** Takes the gradient of what an operation took over. */
    public void gradientBefore(String name, INDArray gradient) {
        ofBefore.put(name, gradient);
    }

    /**
     * Returns the gradients of what was taken over, after the backward pass; none at a sequence's start.
     *
     * @throws IllegalStateException if an operation left something through which no gradient went
     */
    public Map<String, INDArray> gradientsBefore() {
        for (String name : after.keySet()) {
            if (!taken.contains(name) || wantsGradients() && !ofBefore.containsKey(name)) {
                throw new IllegalStateException(
                        "this engine lets no gradient through a state; use another one, or whole sequences; layer="
                                + layer + ", state=" + name);
            }
        }
        return ofBefore;
    }

    /** Returns an array that lives beyond this pass. */
    public static INDArray lasting(DataType type, long... shape) {
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            return Nd4j.createUninitialized(type, shape, 'c');
        }
    }

    /** Returns the state behind this part. */
    public Map<String, INDArray> finish(long tokens) {
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            Map<String, INDArray> all = new LinkedHashMap<>(after);
            INDArray count = room(TOKENS, DataType.INT64, 1);
            count.data().put(0, offset() + tokens);
            all.put(TOKENS, count);
            all.put(
                    DRAW,
                    before.isEmpty() ? Nd4j.createFromArray(draw.seed(), draw.layer(), draw.iteration()) : array(DRAW));
            return all;
        }
    }
}
