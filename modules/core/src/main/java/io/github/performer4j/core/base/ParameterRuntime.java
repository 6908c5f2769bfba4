package io.github.performer4j.core.base;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * What Deeplearning4j asks of the runtime of a layer with parameters: tables of views of the net's arrays, and what regularisation
 * and constraints make of them.
 */
public abstract class ParameterRuntime extends AbstractLayer<GraphLayer> {
    /** All parameters, one after the other; null if there are none. */
    protected INDArray params;
    /** Parameters by name. */
    protected Map<String, INDArray> paramTable;
    /** Gradients by name; null until the net is trained. */
    protected Map<String, INDArray> gradTable;

    private INDArray gradients;

    protected ParameterRuntime(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    /** {@inheritDoc} Regularisation is what Deeplearning4j says of its own layers: Σ of each parameter's. */
    @Override
    public double calcRegularizationScore(boolean backpropParamsOnly) {
        double score = 0;
        for (Map.Entry<String, INDArray> parameter : paramTable.entrySet()) {
            List<Regularization> all = layerConf().getRegularizationByParam(parameter.getKey());
            for (Regularization one : all == null ? List.<Regularization>of() : all) {
                score += one.score(parameter.getValue(), getIterationCount(), getEpochCount());
            }
        }
        return score;
    }

    /** {@inheritDoc} State and what is fixed stay as they are. */
    @Override
    public void applyConstraints(int iteration, int epoch) {
        List<INDArray> state = layerConf().getConstraints() == null
                ? List.of()
                : paramTable.keySet().stream()
                        .filter(name -> layerConf().isState(name) || layerConf().isFixed(name))
                        .map(paramTable::get)
                        .toList();
        List<INDArray> before = state.stream().map(INDArray::dup).toList();
        super.applyConstraints(iteration, epoch);
        for (int i = 0; i < state.size(); i++) {
            state.get(i).assign(before.get(i));
        }
    }

    @Override
    public INDArray params() {
        return params;
    }

    @Override
    public INDArray getParam(String name) {
        return paramTable.get(name);
    }

    @Override
    public long numParams() {
        return params == null ? 0 : params.length();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if there is no such parameter, or it has another shape
     */
    @Override
    public void setParam(String name, INDArray value) {
        INDArray own = paramTable.get(name);
        if (own == null || !own.equalShapes(value)) {
            throw new IllegalArgumentException("parameters must keep their names and shapes; layer="
                    + layerConf().getLayerName() + ", parameter=" + name + ", own="
                    + (own == null ? "none" : Arrays.toString(own.shape())) + ", value="
                    + Arrays.toString(value.shape()));
        }
        own.assign(value);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if there are more or fewer than the layer has
     */
    @Override
    public void setParams(INDArray values) {
        long length = values == null ? 0 : values.length();
        if (length != numParams()) {
            throw new IllegalArgumentException("parameters must be as many as the layer has; layer="
                    + layerConf().getLayerName() + ", own=" + numParams() + ", values=" + length);
        }
        if (length > 0 && values != params) {
            params.assign(values.reshape(params.shape()));
        }
    }

    @Override
    public void setParamsViewArray(INDArray view) {
        params = view;
    }

    @Override
    public INDArray getGradientsViewArray() {
        return gradients;
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray view) {
        gradients = view;
        gradTable = layerConf().initializer().getGradientsFromFlattened(conf(), view);
    }

    @Override
    public void setParamTable(Map<String, INDArray> table) {
        if (paramTable == null) {
            paramTable = table;
        } else {
            table.forEach(this::setParam);
        }
    }

    @Override
    public Map<String, INDArray> paramTable() {
        return paramTable(false);
    }

    @Override
    public Map<String, INDArray> paramTable(boolean backpropParamsOnly) {
        return paramTable;
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    @Override
    public void clearNoiseWeightParams() {
        // there is none: GraphLayer refuses it
    }

    /**
     * {@inheritDoc}
     *
     * @throws UnsupportedOperationException always: a layer lives in the arrays of its net, which can be cloned
     */
    @Override
    @SuppressWarnings("all")
    public Layer clone() {
        throw new UnsupportedOperationException("a layer's runtime is cloned with its net");
    }
}
