package io.github.performer4j.core.samediff;

import io.github.performer4j.core.draw.Draw;
import io.github.performer4j.core.draw.DropoutDraw;
import io.github.performer4j.core.net.Calibration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a layer sees while it defines its graph: input, parameters, mask, and a place to ask for draws. All shapes are known.
 */
public final class GraphScope {
    private final SameDiff sd;
    private final SDVariable input;
    private final SDVariable mask;
    private final SDVariable labels;
    private final Memory memory;
    private final Map<String, SDVariable> parameters;
    private final long[] inputShape;
    private final long tokens;
    private final DataType type;
    private final boolean training;
    private final Map<String, Draw> draws = new LinkedHashMap<>();
    private final Set<String> read = new HashSet<>();
    private final boolean collecting;
    private final boolean carrying;
    private final Map<String, INDArray> starts = new LinkedHashMap<>();
    private final Map<String, SDVariable> carried = new LinkedHashMap<>();
    private final Drawn drawn;
    private SDVariable underflows;
    private String layer;
    private final Map<String, SDVariable> collected = new LinkedHashMap<>();

    /**
     * The second input of a layer that has one.
     *
     * @param input [B,Tk,Em]; padded rows are 0
     * @param mask 1 for real tokens and 0 for padding, [B,Tk]; null if all are real
     * @param tokens Tk
     */
    public record Memory(SDVariable input, SDVariable mask, long tokens) {}

    public GraphScope(
            SameDiff sd,
            SDVariable input,
            SDVariable mask,
            SDVariable labels,
            Memory memory,
            Map<String, SDVariable> parameters,
            long[] inputShape,
            long tokens,
            DataType type,
            boolean training,
            boolean collecting,
            boolean carrying,
            Drawn drawn) {
        this.carrying = carrying;
        this.sd = sd;
        this.input = input;
        this.mask = mask;
        this.labels = labels;
        this.memory = memory;
        this.parameters = parameters;
        this.inputShape = inputShape;
        this.tokens = tokens;
        this.type = type;
        this.training = training;
        this.collecting = collecting;
        this.drawn = drawn;
    }

    /** How a draw gets into the graph. */
    @FunctionalInterface
    public interface Drawn {
        /** Returns a variable of the draw's shape. */
        SDVariable variable(String name, Draw draw);
    }

    /** Says which layer it is, for messages. */
    public GraphScope of(String name) {
        layer = name;
        return this;
    }

    /** Returns the layer's name, for messages; null if it has none. */
    String layer() {
        return layer;
    }

    /** Returns the graph that is being built. */
    public SameDiff sd() {
        return sd;
    }

    /** Returns the layer's input, [B,T,E] (or [B,T] token ids); padded rows are 0. */
    public SDVariable input() {
        return input;
    }

    /** Returns 1 for real tokens and 0 for padding, [B,T], or null if all are real. */
    public SDVariable mask() {
        return mask;
    }

    /** Returns labels, [B,T], or null if the layer is not an output layer or only activations are wanted. */
    public SDVariable labels() {
        return labels;
    }

    /** Returns a parameter of the layer. */
    public SDVariable parameter(String name) {
        read.add(name);
        return parameters.get(name);
    }

    /** Returns a parameter that is not trained: it has no gradient. */
    SDVariable fixed(String name) {
        return parameters.get(name);
    }

    /** Returns whether the layer has asked for a parameter; one that it has not has no gradient. */
    public boolean reads(String name) {
        return read.contains(name);
    }

    /** Returns B. */
    public long batch() {
        return inputShape[0];
    }

    /** Returns T. */
    public long tokens() {
        return tokens;
    }

    /** Returns the second input, [B,Tk,Em]; padded rows are 0. */
    public SDVariable memory() {
        return memory.input();
    }

    /** Returns T of an input, by its number from 0. */
    public long tokens(int side) {
        return side == 0 ? tokens : memory.tokens();
    }

    /** Returns the mask of an input, [B,T] with its T, or null if all are real. */
    SDVariable mask(int side) {
        return side == 0 ? mask : memory.mask();
    }

    /** Returns the shape of the input. */
    public long[] inputShape() {
        return inputShape.clone();
    }

    /** Returns float32 or float64. */
    public DataType type() {
        return type;
    }

    /** Returns whether the graph is for training: dropout is drawn only then. */
    public boolean training() {
        return training;
    }

    /**
     * Asks for an array that is drawn outside of the graph.
     *
     * @param name unique within the layer
     * @param draw how it is drawn
     * @return a variable of the draw's shape
     * @throws IllegalArgumentException if the layer has another draw of this name
     */
    public SDVariable draw(String name, Draw draw) {
        Draw other = draws.putIfAbsent(name, draw);
        if (other != null && !other.equals(draw)) {
            throw new IllegalArgumentException("a layer's draws must have names of their own; name=" + name);
        }
        return drawn.variable(name, draw);
    }

    /**
     * Drops entries of x while training, at a site of the layer's own.
     *
     * @param x any array
     * @param shape its shape
     * @param probability share of entries dropped
     * @param site number of the place in the layer, from 0
     */
    public SDVariable dropout(SDVariable x, long[] shape, double probability, int site) {
        if (!training || probability == 0) {
            return x;
        }
        return x.mul(draw("dropout-" + site, new DropoutDraw(site, probability, shape)));
    }

    /** Returns whether the input is a part of a sequence, with a state before it and behind it. */
    boolean carrying() {
        return carrying;
    }

    /**
     * Returns what an operation left in the parts before.
     *
     * @param name unique within the layer
     * @param start what stands at a sequence's start, [B,…]
     */
    public SDVariable carried(String name, INDArray start) {
        starts.put(name, start);
        return sd.placeHolder(name, type, start.shape());
    }

    /** Hands on what an operation leaves, of the shape of what it found. */
    void carry(String name, SDVariable value) {
        carried.put(name, value);
    }

    /** Returns what stands at a sequence's start, by name. */
    public Map<String, INDArray> starts() {
        return starts;
    }

    /** Returns what operations leave, by name. */
    public Map<String, SDVariable> carried() {
        return carried;
    }

    /** Records the number of underflowed denominators, so that the runtime can count them. */
    public void countUnderflows(SDVariable count) {
        underflows = underflows == null || count == null ? count : underflows.add(count);
    }

    public SDVariable underflows() {
        return underflows;
    }

    /** Returns whether {@link Calibration} wants the moments of queries and keys. */
    boolean collecting() {
        return collecting;
    }

    /**
     * Hands out moments of queries and keys: sums over the batch, [H,2(1+D+D²)].
     *
     * @param name of the parameter that keeps them; those of one name add up
     */
    void collect(String name, SDVariable sums) {
        collected.merge(name, sums, SDVariable::add);
    }

    public Map<String, SDVariable> collected() {
        return collected;
    }

    public Map<String, Draw> draws() {
        return draws;
    }
}
