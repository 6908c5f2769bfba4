package io.github.performer4j.core.layer;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Runtime of output layers that predict a token per position.
 *
 * <p>Activations are probabilities [B,T,V]; labels are ids [B,T], negative where nothing is predicted, and a label mask (0) hides more.
 * The score is the mean loss per predicted token. Deeplearning4j divides every gradient by the batch size where the net's
 * {@code miniBatch} is on (its default); the gradient is multiplied by it there, so that a step is that of the mean loss either way.
 */
public final class TokenLossRuntime extends GraphRuntime implements IOutputLayer {
    private INDArray labels;
    private INDArray tokenMask;
    private double loss = Double.NaN;

    public TokenLossRuntime(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    /** Keeps the label mask apart from the mask of the tokens, which arrives by {@link #feedForwardMaskArray}. */
    @Override
    public void setMaskArray(INDArray labelMask) {
        tokenMask = labelMask;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray ignored, LayerWorkspaceMgr workspaces) {
        CompiledGraph.Result result = run(workspaces);
        loss = result.output().getDouble(0);
        return gradients(result, conf().isMiniBatch() ? input.size(0) : 1, workspaces);
    }

    private CompiledGraph.Result run(LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        if (labels == null) {
            throw new IllegalStateException("labels must be set before the loss is computed; layer="
                    + layerConf().getLayerName());
        }
        INDArray x = entrance(input, ArrayType.BP_WORKING_MEM, workspaces);
        if (labels.rank() != 2 || labels.size(0) != x.size(0) || labels.size(1) != x.size(1)) {
            throw new IllegalArgumentException("labels must be ids [B,T]; input=" + List.of(x.size(0), x.size(1))
                    + ", labels=" + Arrays.toString(labels.shape()));
        }
        CompiledGraph graph = graph(x, true, true);
        Map<String, INDArray> values = values(graph, x);
        values.put(CompiledGraph.LABELS, visibleLabels());
        return graph.backward(values, null);
    }

    private INDArray visibleLabels() {
        INDArray ids = labels.dataType() == dataType ? labels : labels.castTo(dataType);
        if (tokenMask == null || !PaddedRows.any(tokenMask)) {
            return ids;
        }
        // id where the mask is 1, −1 where it is 0
        INDArray real = tokenMask.castTo(dataType).reshape(ids.shape());
        return ids.add(1).muli(real).subi(1);
    }

    @Override
    public double computeScore(double regularization, boolean training, LayerWorkspaceMgr workspaces) {
        if (Double.isNaN(loss) || !training) {
            loss = run(workspaces).output().getDouble(0);
        }
        double score = loss + regularization;
        loss = Double.NaN;
        return score;
    }

    @Override
    public INDArray computeScoreForExamples(double regularization, LayerWorkspaceMgr workspaces) {
        throw new UnsupportedOperationException(
                "scores per example are not offered by token losses; score(DataSet) is");
    }

    @Override
    public boolean needsLabels() {
        return true;
    }

    @Override
    public void setLabels(INDArray labels) {
        this.labels = labels;
    }

    @Override
    public INDArray getLabels() {
        return labels;
    }

    @Override
    public void clear() {
        super.clear();
        labels = null;
        tokenMask = null;
    }

    private static UnsupportedOperationException classifier() {
        return new UnsupportedOperationException(
                "the legacy Classifier methods are not offered; use the net's output()");
    }

    @Override
    public double f1Score(DataSet data) {
        throw classifier();
    }

    @Override
    public double f1Score(INDArray examples, INDArray labels) {
        throw classifier();
    }

    @Override
    @Deprecated
    public int numLabels() {
        throw classifier();
    }

    @Override
    public void fit(DataSetIterator iterator) {
        throw classifier();
    }

    @Override
    public int[] predict(INDArray examples) {
        throw classifier();
    }

    @Override
    public List<String> predict(DataSet data) {
        throw classifier();
    }

    @Override
    public void fit(INDArray examples, INDArray labels) {
        throw classifier();
    }

    @Override
    public void fit(DataSet data) {
        throw classifier();
    }

    @Override
    public void fit(INDArray examples, int[] labels) {
        throw classifier();
    }
}
