package io.github.performer4j.core.sides;

import io.github.performer4j.core.base.CompiledGraph;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.WholeSequence;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The graph runtime of a {@link TwoSidedLayer}. */
public final class SidesOnGraph extends GraphRuntime implements WholeSequence {
    private SidesInput given;

    SidesOnGraph(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public INDArray graphInput(ArrayType where, LayerWorkspaceMgr workspaces) {
        given = SidesInput.of(this, input, where, workspaces);
        return given.x();
    }

    @Override
    public CompiledGraph.Memory memory() {
        return new CompiledGraph.Memory(given.memory().size(1), given.memory().size(2), given.mask() != null);
    }

    @Override
    public void addMemory(Map<String, INDArray> values) {
        values.put(CompiledGraph.MEMORY, given.memory());
        if (given.mask() != null) {
            values.put(CompiledGraph.MEMORY_MASK, given.mask());
        }
    }

    @Override
    public INDArray down(CompiledGraph.Result result, double factor, LayerWorkspaceMgr workspaces) {
        INDArray packed = given.gradient(given.x(), workspaces);
        INDArray dx = given.layout().x(packed);
        INDArray dMemory = given.layout().memory(packed);
        dx.assign(result.gradients().get(CompiledGraph.INPUT)).muli(factor);
        dMemory.assign(result.gradients().get(CompiledGraph.MEMORY)).muli(factor);
        undropped(dx);
        undroppedMemory(dMemory);
        given = null;
        return packed;
    }

    @Override
    public void clear() {
        super.clear();
        given = null;
    }
}
