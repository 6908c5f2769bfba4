package io.github.performer4j.core.workspace;

import io.github.performer4j.core.draw.Draw;
import io.github.performer4j.core.draw.DropoutDraw;
import io.github.performer4j.core.program.Segments;
import io.github.performer4j.core.state.Carry;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.layer.LayerElements;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One pass of a fused layer: shapes, parameters, draws, memory, and the products that all layers are made of.
 *
 * <p>Methods that take a block of rows may be called by tasks; the others by the thread that runs the layer.
 */
public final class FusedPass {
    public final Kernels kernels;
    public final LayerElements elements;
    public final int batch;
    public final int tokens;
    /** 1 for real tokens and 0 for padding, [B,T]; null if all are real. */
    public final FloatBlock mask;
    /** Whether entries are dropped. */
    public final boolean training;

    private FusedMemory kept; // null if there will be no backward pass
    private final FusedArrays parameters;
    private final FusedArrays gradients;
    private final Draw.Key key;
    private final Function<Draw, Matrix> draws;
    private final boolean collecting;
    private final List<FusedSide> sides; // from the second input on
    private final FusedPass queries; // in attention, the pass as the side of the queries sees it; else null
    private final Map<String, double[][]> collected;
    private final FusedPass outer; // null for a layer's own
    private final String scope;
    private final int place;
    private Carry carry; // null for a whole sequence
    private Map<Object, Object> stepped; // null but in steps
    private Segments segments; // null for a sequence in each row
    private int[] ids; // null for rows
    private int first; // number of the first row in the whole pass
    private long underflows;

    /**
     * Begins a pass.
     *
     * @param kept where a forward pass leaves what backward needs; null if there will be no backward pass
     * @param gradients written by the backward pass; null in a forward pass
     * @param draws gives the array of a draw
     * @param collecting whether moments of queries and keys are handed out although it is not training
     */
    public FusedPass(
            Kernels kernels,
            int batch,
            int tokens,
            FloatBlock mask,
            boolean training,
            FusedMemory kept,
            FusedArrays parameters,
            FusedArrays gradients,
            Draw.Key key,
            Function<Draw, Matrix> draws,
            boolean collecting) {
        this.kernels = kernels;
        this.elements = kernels.elements();
        this.batch = batch;
        this.tokens = tokens;
        this.mask = mask;
        this.training = training;
        this.kept = kept;
        this.parameters = parameters;
        this.gradients = gradients;
        this.key = key;
        this.draws = draws;
        this.collecting = collecting;
        this.sides = List.of();
        this.queries = null;
        this.collected = new LinkedHashMap<>();
        this.outer = null;
        this.scope = "";
        this.place = 0;
    }

    private FusedPass(
            FusedPass outer, FusedSide side, List<FusedSide> sides, FusedPass queries, String scope, int place) {
        this.kernels = outer.kernels;
        this.elements = outer.elements;
        this.batch = outer.batch;
        this.tokens = side.tokens();
        this.mask = side.mask();
        this.training = outer.training;
        this.kept = outer.kept;
        this.parameters = outer.parameters;
        this.gradients = outer.gradients;
        this.key = outer.key;
        this.draws = outer.draws;
        this.collecting = outer.collecting;
        this.sides = sides;
        this.queries = queries;
        this.carry = outer.carry;
        this.stepped = outer.stepped;
        this.segments = outer.segments;
        this.ids = outer.ids;
        this.first = outer.first;
        this.collected = outer.collected;
        this.outer = outer;
        this.scope = scope;
        this.place = place;
    }

    /**
     * Returns this pass over some of its rows, for programs in which each row stands alone.
     *
     * @param from the first of n
     */
    public FusedPass part(int from, int n) {
        FusedPass part =
                new FusedPass(kernels, 1, n, null, training, kept, parameters, gradients, key, draws, collecting);
        part.first = from;
        return part;
    }

    /** Returns this pass without a backward pass, whose memory is that of the calling thread. */
    public FusedPass forgetting() {
        FusedPass other = new FusedPass(this, own(), sides, queries, scope, place);
        other.kept = null;
        return other;
    }

    /** Returns what stands before the names of the parameters. */
    public String scope() {
        return scope;
    }

    /** Returns how many inputs there are. */
    int sides() {
        return 1 + sides.size();
    }

    private FusedSide own() {
        return new FusedSide(tokens, mask);
    }

    /** Returns this pass with a further input, which has a length and a mask of its own. */
    public FusedPass with(FusedSide further) {
        List<FusedSide> all = new ArrayList<>(sides);
        all.add(further);
        return new FusedPass(this, own(), List.copyOf(all), null, scope, place);
    }

    /**
     * Makes this a step of a sequence, whose steps share what they make of weights.
     *
     * @param made what earlier steps made, by key; further ones add to it
     */
    public FusedPass stepping(Map<Object, Object> made) {
        stepped = made;
        return this;
    }

    /** Returns whether this is the step of a sequence by one token, which shares what it makes of weights with the others. */
    public boolean steps() {
        return stepped != null && mostRows() == 1;
    }

    /**
     * Returns what the steps of a sequence share.
     *
     * @param key what it is made of, without the scope of the pass
     * @param fresh makes it in the first of them
     */
    public <T> T shared(Class<T> type, Object key, Supplier<T> fresh) {
        return type.cast(stepped.computeIfAbsent(List.of(type, key, scope), all -> fresh.get()));
    }

    /** Makes this a pass over a part of a sequence; null for a whole one. */
    public FusedPass carrying(Carry value) {
        carry = value;
        return this;
    }

    /** Makes this a pass over packed rows, whose mask says which tokens are real; null for a sequence in each row. */
    public FusedPass packed(Segments value) {
        segments = value;
        return this;
    }

    /** Returns where the sequences of packed rows lie; null for a sequence in each row. */
    public Segments segments() {
        return segments;
    }

    /** Returns where sequences lie: the rows themselves, padding included, unless they are packed. */
    public Segments sequences() {
        return segments == null ? Segments.rows(batch, tokens) : segments;
    }

    /** Returns the number of tokens of the longest sequence. */
    public int longest() {
        return segments == null ? tokens : segments.longest();
    }

    /** Writes zeros into what belongs to no sequence of packed rows, [N,n]: it is read as rows of weights' gradients, whatever is computed of it. */
    public void clearGaps(Matrix x) {
        if (segments != null) {
            segments.gaps().forEach(gap -> elements.fill(x.rows(gap.from(), gap.to()), 0));
        }
    }

    /** Makes this a pass over token ids, [B·T], 0 where padded; null for rows. */
    public FusedPass reading(int... value) {
        ids = value;
        return this;
    }

    /** Returns the token ids of the first input; null where it is rows. */
    public int[] ids() {
        return ids;
    }

    /** Returns what is carried from part to part; null for a whole sequence. */
    public Carry carry() {
        return carry;
    }

    /** Returns the number of tokens before this part. */
    public long offset() {
        return carry == null ? 0 : carry.offset();
    }

    /**
     * Returns this pass as rows of one input see it: with its length and its mask.
     *
     * @param number of the input, from 0
     */
    public FusedPass side(int number) {
        return number == 0 ? this : new FusedPass(this, sides.get(number - 1), sides, null, scope, place);
    }

    /**
     * Returns this pass as one attention of several sees it: with parameters and memory of its own, and with length and mask of its keys.
     *
     * @param name stands before the names of its parameters
     * @param number of the operation in the layer, positive
     * @param from number of the input that asks; see {@link #queries}
     * @param to number of the input that answers
     */
    public FusedPass attending(String name, int number, int from, int to) {
        FusedPass asks = new FusedPass(this, side(from).own(), sides, null, name, number);
        return from == to ? asks : new FusedPass(this, side(to).own(), sides, asks, name, number);
    }

    /** Returns the pass as the side of the queries sees it: itself where that is the side of the keys. */
    public FusedPass queries() {
        return queries == null ? this : queries;
    }

    private Object own(Object part) {
        return place == 0 ? part : List.of(part, place);
    }

    /** Returns N = B·T. */
    public int rows() {
        return batch * tokens;
    }

    /** Returns the largest N of all inputs. */
    public int mostRows() {
        int most = tokens;
        for (FusedSide side : sides) {
            most = Math.max(most, side.tokens());
        }
        return batch * most;
    }

    /** Returns whether a backward pass may follow, or is this one. */
    public boolean keeps() {
        return kept != null;
    }

    /** Returns a part of N rows that lives as long as the forward pass's results are needed. */
    public Matrix matrix(Object part, int columns) {
        return (kept == null ? FusedMemory.phase() : kept).matrix(own(part), rows(), columns);
    }

    /** Returns a part of any length that lives as long as the forward pass's results are needed. */
    public FloatBlock block(Object part, long values) {
        return (kept == null ? FusedMemory.phase() : kept).block(own(part), values);
    }

    /** Returns memory for what attention saves; null if nothing will be needed. */
    public FloatBlock saved(long values) {
        return kept == null ? null : kept.block(own(FusedMemory.Part.SAVED), values);
    }

    /** Hands an object from forward to backward; nothing happens if none may follow. */
    public void keep(Object part, Object value) {
        if (kept != null) {
            kept.put(own(part), value);
        }
    }

    /** Returns what forward handed on, once; null if there is nothing. */
    public Object kept(Object part) {
        return kept == null ? null : kept.take(own(part));
    }

    /** Returns a part of N rows that lives to the end of this pass. */
    public Matrix transientMatrix(Object part, int columns) {
        return FusedMemory.phase().matrix(own(part), rows(), columns);
    }

    /** Returns a part of any length that lives to the end of this pass. */
    public FloatBlock transientBlock(Object part, long values) {
        return FusedMemory.phase().block(own(part), values);
    }

    /** Returns a parameter; null if the layer has none of that name. */
    public Matrix parameter(String name) {
        return parameters.get(scope + name);
    }

    /** Returns the gradient of a parameter, to be written; null if the layer has none of that name. */
    public Matrix gradient(String name) {
        return gradients.get(scope + name);
    }

    /** Returns the array of a draw. */
    public Matrix draw(Draw draw) {
        return draws.apply(draw);
    }

    /** Returns whether moments of queries and keys are to be handed out although it is not training. */
    public boolean collecting() {
        return collecting;
    }

    /**
     * Hands out moments of queries and keys: sums over the batch, per head.
     *
     * @param name of the parameter that keeps them, with its scope; those of one name add up
     */
    public void collect(String name, double[][] sums) {
        collected.merge(name, sums, KeptStatistics::add);
    }

    /** Returns what was handed out, by name. */
    public Map<String, double[][]> collected() {
        return collected;
    }

    public void addUnderflows(long count) {
        if (outer != null) {
            outer.addUnderflows(count);
        }
        underflows += count;
    }

    public long underflows() {
        return underflows;
    }

    /** {@code out = x W + b} on a block of rows; b null for none. */
    public void product(Matrix x, Kernels.Factor w, Matrix b, Matrix out) {
        if (b != null) {
            elements.fillRows(b, out);
        }
        kernels.multiply(x, w, b == null ? 0 : 1, out);
    }

    /**
     * {@code out = base + drop(x W + b)} on a block of rows.
     *
     * @param base [n,E]
     * @param b null for none
     * @param probability of dropping an entry while training
     * @param site number of the place in the layer
     * @param from number of the first row
     */
    public void residual(
            Matrix base, Matrix x, Kernels.Factor w, Matrix b, double probability, int site, int from, Matrix out) {
        if (drops(probability)) {
            Matrix branch = FusedMemory.task().matrix(FusedMemory.Part.BRANCH, out.rows(), out.columns());
            product(x, w, b, branch);
            drop(branch, from, probability, site);
            elements.copy(base, out);
            elements.add(branch, out);
            return;
        }
        if (b == null) {
            elements.copy(base, out);
        } else {
            elements.addRow(base, b, out);
        }
        kernels.multiply(x, w, 1, out);
    }

    /** Returns whether entries are dropped with this probability. */
    public boolean drops(double probability) {
        return training && probability > 0;
    }

    /** Drops entries of a block of rows of an array [N,n], by the draws of {@link DropoutDraw}. */
    public void drop(Matrix x, int from, double probability, int site) {
        elements.dropout(x, (long) first + from, probability, dropState(site));
    }

    /** Returns the state from which the draws of a dropout follow. */
    long dropState(int site) {
        return CounterRandom.mix(key.seed(), key.layer(), key.iteration(), key.microBatch(), site);
    }
}
