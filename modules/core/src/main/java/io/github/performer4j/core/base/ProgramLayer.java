package io.github.performer4j.core.base;

import io.github.performer4j.core.program.AttentionPart;
import io.github.performer4j.core.program.GraphPart;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Parameter;
import io.github.performer4j.core.samediff.GraphScope;
import io.github.performer4j.core.samediff.ProgramGraph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Base of layers that say what they compute by a {@link LayerProgram}: [B,T,E] → [B,T,C]. Parameters, their initialisation, the graph and the kernels all follow from it; a layer
 * of a user's own needs no more than {@link #program} and its settings.
 */
public abstract class ProgramLayer extends SequenceLayer {
    // until the layer changes: updaters ask for each parameter at each step, and to make a program takes longer
    private transient ProgramParameters known;

    /** For Deeplearning4j's JSON. */
    protected ProgramLayer() {}

    protected ProgramLayer(Builder<?> builder) {
        super(builder);
    }

    /**
     * Returns what the layer computes, by its settings as they are: one input of the layer's width E, an output of any C columns. The width is 0 as long as it is not known; then so are
     * columns.
     */
    public abstract LayerProgram program();

    /**
     * Returns names of parameters in the order in which they lie in the net's one array, for layers that have had another one than their program reads them in; those that are not
     * named lie behind them, in the program's order.
     */
    protected List<String> parameterOrder() {
        return List.of();
    }

    /** {@inheritDoc} What is changed about the layer declares them anew. */
    @Override
    public void setLayerParams(SDLayerParams declared) {
        super.setLayerParams(declared);
        known = null;
    }

    private ProgramParameters known() {
        ProgramParameters last = known;
        if (last == null) {
            last = parameters();
            known = last;
        }
        return last;
    }

    private ProgramParameters parameters() {
        List<String> order = parameterOrder();
        List<Parameter> all = new ArrayList<>(program().parameters());
        all.sort(Comparator.comparingInt(p -> order.contains(p.name()) ? order.indexOf(p.name()) : order.size()));
        return new ProgramParameters(all);
    }

    @Override
    public void defineParameters(SDLayerParams params) {
        parameters().declare(params);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> arrays) {
        parameters().begin(this, arrays);
        for (Op op : program().ops()) {
            if (op instanceof Op.Attend attend) {
                AttentionPart.initialize(attend, arrays);
            } else if (op instanceof Op.AttendGraph attend) {
                GraphPart.initialize(attend, arrays);
            }
        }
    }

    @Override
    public boolean isState(String name) {
        return known().isState(name);
    }

    @Override
    public boolean isFixed(String name) {
        return known().isFixed(name);
    }

    @Override
    public boolean perToken() {
        return program().perToken();
    }

    @Override
    public String whole() {
        return program().ops().stream()
                .map(Op::whole)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    @Override
    protected SDVariable defineSequence(GraphScope scope, SDVariable x, long batch, long tokens) {
        SDVariable rows = x.reshape(batch * tokens, getWidth());
        LayerProgram program = program();
        return ProgramGraph.define(scope, program, rows)
                .reshape(batch, tokens, program.output().columns());
    }

    /** {@inheritDoc} Its size is the columns of the program's output. */
    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        InputType.InputTypeRecurrent same = (InputType.InputTypeRecurrent) super.getOutputType(layerIndex, inputType);
        return InputType.recurrent(program().output().columns(), same.getTimeSeriesLength(), same.getFormat());
    }

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return EngineLayer.runtime(conf, type, program());
    }
}
