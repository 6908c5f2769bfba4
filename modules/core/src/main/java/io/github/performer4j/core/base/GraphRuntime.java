package io.github.performer4j.core.base;

import io.github.performer4j.core.draw.Draw;
import io.github.performer4j.core.draw.DropoutDraw;
import io.github.performer4j.core.program.Segments;
import io.github.performer4j.core.state.Carry;
import io.github.performer4j.core.state.SequenceState;
import io.github.performer4j.core.workspace.KeptStatistics;
import io.github.performer4j.core.workspace.PackedRows;
import io.github.performer4j.core.workspace.PaddedRows;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The graph runtime of a layer: Deeplearning4j calls it, it executes the layer's {@link CompiledGraph}.
 *
 * <p>A graph is built for each shape of input (batches come in few shapes) and the last {@value #GRAPHS} are kept. Padded rows are
 * replaced by 0 at the entrance, forward and backward, so that whatever stands there, NaN included, reaches nothing. Not thread-safe,
 * like every Deeplearning4j layer.
 */
public class GraphRuntime extends ParameterRuntime {
    private static final String ONE_VECTOR =
            "packed rows hold several sequences, and the layer makes one vector of each row";
    private static final int GRAPHS = 16;
    private static final int INPUT_SITE = -1; // apart from the layers' own masks, whose sites are not negative
    private static final int MEMORY_SITE = -2;

    private final Map<Object, CompiledGraph> graphs = new LinkedHashMap<>(GRAPHS, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, CompiledGraph> eldest) {
            return size() > GRAPHS;
        }
    };
    private final Map<Draw, Drawn> drawn = new LinkedHashMap<>(4 * GRAPHS, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Draw, Drawn> eldest) {
            return size() > 2 * GRAPHS;
        }
    };
    private final CompletedKey key = new CompletedKey();
    private Kept kept = new Kept();
    private CompiledGraph forwarded; // the graph whose backward pass finds its forward pass done, or null
    private boolean training = true; // whether the last forward pass was one of training
    private final LayerSteps steps;
    private final double inputDropout;
    private int microBatch;
    private final KeptStatistics statistics = new KeptStatistics();
    private List<String> keeping; // parameters with statistics, once they are asked for
    private double underflows;
    private Map<String, INDArray> behind; // gradients for the state of the next forward pass over a part; null for none
    private Segments segments; // of the last mask, where rows are packed; else null
    private INDArray checked; // the mask that they were read from, as checkMask left it
    private Carry carry; // of the last forward pass, if that was over a part of a sequence; else null

    private record Drawn(Object key, INDArray array) {}

    /** Computes the layer's part of a draw's key once. */
    private final class CompletedKey {
        private long layer;
        private boolean known;

        Draw.Key now() {
            return of(training);
        }

        Draw.Key of(boolean pass) {
            if (!known) {
                String name = layerConf().getLayerName();
                layer = name == null ? getIndex() : CounterRandom.mix(name.hashCode());
                known = true;
            }
            return new Draw.Key(conf().getSeed(), layer, steps.step(pass, params), microBatch);
        }
    }

    public GraphRuntime(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
        steps = new LayerSteps(definition());
        inputDropout = LayerSettings.inputDropout(definition());
    }

    /** Returns the runtime of ours that a layer is or wraps. */
    public static Optional<GraphRuntime> of(Layer layer) {
        if (layer instanceof BaseWrapperLayer wrapper) {
            return of(wrapper.getUnderlying());
        }
        return layer instanceof GraphRuntime own ? Optional.of(own) : Optional.empty();
    }

    /** Records that an update was made with gradients of the layer's copies, as a trainer with replicas does. */
    public void updated() {
        steps.updated();
    }

    /** Takes over how far the same layer of another net has been trained, and the net's iteration count that it knows. */
    public void copySteps(GraphRuntime other) {
        steps.copy(other.steps);
        super.setIterationCount(other.getIterationCount());
    }

    @Override
    public void setIterationCount(int count) {
        steps.iteration(count);
        super.setIterationCount(count);
    }

    /** Begins a forward pass: its kind names the draws, also those of its backward pass. */
    public final void begin(boolean forTraining) {
        training = forTraining;
    }

    /** Returns whether the last forward pass was one of training. */
    protected final boolean training() {
        return training;
    }

    /** Ends a backward pass. */
    protected final void gradientTaken() {
        if (training) {
            steps.gradientTaken(params);
        }
    }

    /** Returns how many rows of attention had a denominator that underflowed, in all forward passes so far. */
    public double underflows() {
        return underflows;
    }

    protected final void addUnderflows(double count) {
        underflows += count;
    }

    /** Fills what lives from forward to backward with NaN, for tests. */
    public void poison() {
        kept.poison();
    }

    /**
     * Keeps nothing of a forward pass of training but its input, and makes it again in the backward pass; see {@link Recomputation}.
     *
     * @param shared memory from forward to backward, of all layers of the net; null to keep what backward needs in memory of the layer's own
     */
    void recompute(Kept shared) {
        kept = shared == null ? new Kept() : shared;
        graphs.clear(); // they lie in the former memory
        forwarded = null;
    }

    /** Returns where a forward pass leaves what backward needs. */
    protected final Kept kept() {
        return kept;
    }

    /** Returns the parameters in which the layer keeps statistics, those of every scope. */
    public final List<String> keptStatistics() {
        if (keeping == null) {
            keeping = paramTable.keySet().stream()
                    .filter(name ->
                            name.endsWith(KeptStatistics.NAME) && definition().isState(name))
                    .toList();
        }
        return keeping;
    }

    /** Returns what the layer does with moments of queries and keys. */
    public final KeptStatistics statistics() {
        return statistics;
    }

    public final void setMicroBatch(int index) {
        microBatch = index;
    }

    /** Returns the key of this moment's draws. */
    public final Draw.Key drawKey() {
        return key.now();
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        begin(training);
        carry = null;
        definition().checkLength(input.size(definition().tokenDimension()));
        return execute(training, workspaces);
    }

    /**
     * Runs forward over a part of a sequence.
     *
     * @param before what the parts before it left; empty at the sequence's start
     * @param after receives what this part leaves, if it came to its end
     */
    final INDArray activatePart(
            boolean training, Map<String, INDArray> before, Map<String, INDArray> after, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        begin(training);
        carry = new Carry(layerConf().getLayerName(), before, input.size(0), drawKey());
        if (behind != null) {
            carry.through(behind);
        }
        definition().checkLength(carry.offset() + input.size(definition().tokenDimension()));
        INDArray out = execute(training, workspaces);
        after.putAll(carry.finish(input.size(definition().tokenDimension())));
        return out;
    }

    /**
     * Lets gradients through the state of the parts that come, from the last to the first.
     *
     * @param gradients of what the next part leaves; empty at the sequence's end; null to end the gradient at each part's start again
     */
    final void fromBehind(Map<String, INDArray> gradients) {
        behind = gradients;
    }

    /**
     * Begins a forward pass in inference over a part of one sequence, or, where each token stands alone and {@code before} is null, over any tokens.
     *
     * @param memory for arrays of the state behind it
     */
    protected final void beginStep(Map<String, INDArray> before, SequenceState.Memory memory) {
        begin(false);
        carry = before == null ? null : new Carry(layerConf().getLayerName(), before, 1, drawKey(), memory);
    }

    /** Returns what is carried from part to part; null for a whole sequence. */
    protected final Carry carry() {
        return carry;
    }

    /** Runs forward. */
    INDArray execute(boolean training, LayerWorkspaceMgr workspaces) {
        INDArray x = unpacked(graphInput(ArrayType.FF_WORKING_MEM, workspaces));
        CompiledGraph graph = graph(x, false, training, training);
        CompiledGraph.Result result = forward(graph, values(graph, x));
        underflows += result.underflows();
        forwarded = training && !kept.shared() ? graph : null;
        return workspaces.dup(ArrayType.ACTIVATIONS, packed(result.output()), 'c');
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        INDArray x = unpacked(graphInput(ArrayType.BP_WORKING_MEM, workspaces));
        INDArray error = epsilon.rank() == 3 && definition().keepsTokens()
                ? unpacked(entrance(epsilon, ArrayType.BP_WORKING_MEM, workspaces))
                : epsilon;
        CompiledGraph graph = graph(x, false, true, training);
        Map<String, INDArray> values = values(graph, x);
        if (forwarded != graph) { // recomputed, or a frozen layer, which Deeplearning4j executes for inference
            forward(graph, values);
        }
        forwarded = null;
        gradientTaken();
        CompiledGraph.Result result = graph.backward(values, error, gradientsOfLeft(graph));
        leaveBefore(graph, result);
        return gradients(result, 1, workspaces);
    }

    /** Returns the gradients of what operations left, where gradients go through the state; zeros where none came. */
    private Map<String, INDArray> gradientsOfLeft(CompiledGraph graph) {
        Map<String, INDArray> all = new HashMap<>();
        if (carry != null && carry.isThrough()) {
            graph.starts().forEach((name, start) -> {
                INDArray gradient = carry.gradientAfter(name, dataType);
                all.put(name, gradient == null ? Nd4j.zeros(dataType, start.shape()) : gradient);
            });
        }
        return all;
    }

    private void leaveBefore(CompiledGraph graph, CompiledGraph.Result result) {
        if (carry != null && carry.wantsGradients()) {
            graph.starts()
                    .forEach((name, start) -> carry.gradientBefore(
                            name,
                            Carry.lasting(dataType, start.shape())
                                    .assign(result.gradients().get(name))));
        }
    }

    /** Returns where the sequences of packed rows lie, once {@link #checkMask} has seen the mask; null if there is one in each row, or each token stands alone. */
    protected Segments segments() {
        if (segments == null || definition().perToken()) {
            return null;
        }
        if (carry != null) {
            throw refusal("packed rows hold whole sequences, which do not go on in a next part");
        }
        if (!definition().keepsTokens()) {
            throw refusal(ONE_VECTOR);
        }
        return segments;
    }

    private IllegalArgumentException refusal(String rule) {
        return new IllegalArgumentException(rule + "; layer=" + layerConf().getLayerName() + ", type="
                + definition().getClass().getSimpleName());
    }

    /** Returns packed rows taken apart, as graphs read them; x itself where there is a sequence in each row. */
    private INDArray unpacked(INDArray x) {
        Segments packed = segments();
        return packed == null
                ? x
                : tokensLast(x)
                        ? PackedRows.unpack(x.permute(0, 2, 1), packed).permute(0, 2, 1)
                        : PackedRows.unpack(x, packed);
    }

    /** Puts what {@link #unpacked} gave together again. */
    private INDArray packed(INDArray rows) {
        Segments packed = segments();
        if (packed != null && rows.rank() != 3) {
            throw refusal(ONE_VECTOR);
        }
        return packed == null
                ? rows
                : tokensLast(rows)
                        ? PackedRows.pack(rows.permute(0, 2, 1), packed).permute(0, 2, 1)
                        : PackedRows.pack(rows, packed);
    }

    /** Returns the input as the graph reads it; of two, the first, and the second is ready for {@link #addMemory}. */
    protected INDArray graphInput(ArrayType where, LayerWorkspaceMgr workspaces) {
        return dropped(entrance(input, where, workspaces), where, workspaces);
    }

    /** Returns what a graph must know of the second input that {@link #graphInput} has made ready; null for none. */
    protected CompiledGraph.Memory memory() {
        return null;
    }

    /** Adds the second input and its mask to a graph's placeholders, if there is one. */
    protected void addMemory(Map<String, INDArray> values) {}

    /** Returns the derivative with respect to the layer's input. */
    protected INDArray down(CompiledGraph.Result result, double factor, LayerWorkspaceMgr workspaces) {
        INDArray down = packed(result.gradients().get(CompiledGraph.INPUT));
        if (factor != 1) {
            down.muli(factor);
        }
        return undropped(workspaces.dup(ArrayType.ACTIVATION_GRAD, down, 'c'));
    }

    private CompiledGraph.Result forward(CompiledGraph graph, Map<String, INDArray> values) {
        statistics.begin();
        CompiledGraph.Result result = graph.forward(values);
        graph.starts().keySet().forEach(name -> {
            INDArray after = Carry.lasting(dataType, graph.starts().get(name).shape());
            carry.after(name, after.assign(graph.carried(name).reshape(after.shape())));
        });
        statistics.receive(result.collected());
        return result;
    }

    /** Writes the gradient of the statistics that the layer keeps, if it does. */
    protected final void differentiateStatistics() {
        for (String name : gradTable == null ? List.<String>of() : keptStatistics()) {
            statistics.differentiate(name, paramTable.get(name), gradTable.get(name));
        }
    }

    /** {@inheritDoc} Steps of state are whole already. */
    @Override
    public boolean updaterDivideByMinibatch(String name) {
        return !definition().isState(name) && super.updaterDivideByMinibatch(name);
    }

    /** Copies parameter gradients into the net's gradient view. */
    protected final Pair<Gradient, INDArray> gradients(
            CompiledGraph.Result result, double factor, LayerWorkspaceMgr workspaces) {
        Gradient gradient = new DefaultGradient();
        paramTable.forEach((name, ignored) -> {
            INDArray view = gradTable.get(name);
            INDArray value = result.gradients().get(name);
            if (value == null) { // state, or the graph does not read it
                view.assign(0);
            } else {
                view.assign(value);
            }
            if (factor != 1) {
                view.muli(factor);
            }
            gradient.gradientForVariable().put(name, view);
        });
        differentiateStatistics();
        if (!definition().differentiableInput()) {
            return new Pair<>(gradient, null);
        }
        return new Pair<>(gradient, down(result, factor, workspaces));
    }

    /** Returns the graph for an input, built at its first use. */
    protected final CompiledGraph graph(INDArray x, boolean labelled, boolean differentiated, boolean training) {
        var signature = new CompiledGraph.Signature(
                dataType,
                maskArray != null,
                labelled,
                differentiated,
                training,
                statistics.collecting(),
                memory(),
                carry != null,
                carry != null && carry.isThrough() && !labelled);
        Object shape = List.of(signature, shapeOf(x));
        return graphs.computeIfAbsent(
                shape,
                k -> new CompiledGraph(
                        definition(),
                        x.shape(),
                        layerConf().getLayerParams().getParamShapes(),
                        signature,
                        kept.arena()));
    }

    private static List<Long> shapeOf(INDArray x) {
        return Arrays.stream(x.shape()).boxed().toList();
    }

    /** Returns all placeholders of a graph: input, mask, parameters and draws. */
    protected final Map<String, INDArray> values(CompiledGraph graph, INDArray x) {
        Map<String, INDArray> values = new HashMap<>(paramTable);
        values.put(CompiledGraph.INPUT, x);
        if (maskArray != null) {
            Segments packed = segments();
            values.put(CompiledGraph.MASK, packed == null ? mask() : PackedRows.mask(packed, dataType));
        }
        addMemory(values);
        graph.draws().forEach((name, draw) -> values.put(name, drawn(draw)));
        graph.starts().forEach((name, start) -> {
            INDArray before = carry.before(name, dataType, start.shape());
            values.put(name, before == null ? start : before);
        });
        return values;
    }

    /** Returns a draw of this moment: the last one as long as it holds. */
    public final INDArray drawn(Draw whole) {
        Draw draw = carry == null ? whole : whole.at(carry.offset());
        Draw.Key now = carry == null ? key.now() : carry.key(draw, training);
        Object wanted = draw.relevant(now);
        Drawn last = drawn.get(draw);
        if (last == null || !last.key().equals(wanted)) {
            drawn.entrySet().removeIf(e -> !e.getValue().key().equals(e.getKey().relevant(now))); // never needed again
            try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
                last = new Drawn(wanted, draw.draw(now, dataType));
            }
            drawn.put(draw, last);
        }
        return last.array();
    }

    /** Returns a new array of a draw as inference sees it at this moment. */
    public final INDArray drawnForInference(Draw draw) {
        return draw.draw(key.of(false), dataType);
    }

    /** Returns the mask in the net's type, [B,T], once {@link #checkMask} has seen it; 1 for every token of packed rows. */
    final INDArray mask() {
        return maskArray;
    }

    /** Takes the input as the layer reads it, or refuses it: see {@link GraphLayer#admit}. */
    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
        super.setInput(input, workspaces);
        INDArray taken = this.input;
        this.input = null; // a refused one must not stay
        this.input = taken == null ? null : definition().admit(taken);
    }

    /** Returns x in the net's type with zeros in padded rows; x itself where nothing needs to change. */
    protected final INDArray entrance(INDArray x, ArrayType where, LayerWorkspaceMgr workspaces) {
        INDArray typed = typed(x, where, workspaces);
        checkMask(x);
        if (maskArray == null || !PaddedRows.any(maskArray)) {
            return typed;
        }
        INDArray copy = typed == x ? workspaces.dup(where, x, 'c') : typed;
        PaddedRows.zero(tokensLast(x) ? copy.permute(0, 2, 1) : copy, maskArray);
        return copy;
    }

    /**
     * Drops entries of the layer's input as Deeplearning4j's {@code dropOut} says, in training.
     *
     * @param x [B,T,E] or [B,E,T], as the layer's input
     * @return a copy, or x itself where nothing is dropped
     */
    public final INDArray dropped(INDArray x, ArrayType where, LayerWorkspaceMgr workspaces) {
        return dropsInput() ? workspaces.dup(where, x, 'c').muli(inputDraw(x, INPUT_SITE)) : x;
    }

    /** Drops entries of the layer's second input, [B,Tk,Em], likewise. */
    public final INDArray droppedMemory(INDArray x, ArrayType where, LayerWorkspaceMgr workspaces) {
        return dropsInput() ? workspaces.dup(where, x, 'c').muli(inputDraw(x, MEMORY_SITE)) : x;
    }

    /** Makes the derivative with respect to what was dropped from that with respect to the input, in place. */
    protected final INDArray undropped(INDArray dx) {
        return dropsInput() ? dx.muli(inputDraw(dx, INPUT_SITE)) : dx;
    }

    /** The same for the second input. */
    protected final INDArray undroppedMemory(INDArray dx) {
        return dropsInput() ? dx.muli(inputDraw(dx, MEMORY_SITE)) : dx;
    }

    private boolean dropsInput() {
        return training && inputDropout > 0;
    }

    /** Returns the mask of dropout, drawn for [B,T,E] whatever the format. */
    private INDArray inputDraw(INDArray x, int site) {
        long[] shape = x.shape();
        if (tokensLast(x)) {
            return drawn(new DropoutDraw(site, inputDropout, shape[0], shape[2], shape[1]))
                    .permute(0, 2, 1);
        }
        return drawn(new DropoutDraw(site, inputDropout, shape));
    }

    /** Returns x in the net's type. */
    public final INDArray typed(INDArray x, ArrayType where, LayerWorkspaceMgr workspaces) {
        return x.dataType() == dataType ? x : workspaces.castTo(where, dataType, x, true);
    }

    /**
     * Makes the mask, if there is one, that of an array: [B,T] in the net's type. Of packed rows it keeps where sequences lie.
     *
     * @throws IllegalArgumentException if it is not, see {@link TokenMask}
     */
    public final void checkMask(INDArray x) {
        if (segments != null && maskArray == checked) { // read in the forward pass
            return;
        }
        TokenMask.Packed read = TokenMask.packed(
                maskArray,
                x.size(0),
                x.size(tokensLast(x) ? 2 : 1),
                dataType,
                layerConf().getLayerName());
        maskArray = read.real();
        segments = read.segments();
        checked = maskArray;
    }

    private boolean tokensLast(INDArray x) {
        return x.rank() == 3 && definition().tokenDimension() == 2;
    }

    public final GraphLayer definition() {
        return layerConf();
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int batch) {
        maskArray = mask;
        maskState = state;
        return definition().feedForwardMaskArray(mask, state, batch);
    }
}
