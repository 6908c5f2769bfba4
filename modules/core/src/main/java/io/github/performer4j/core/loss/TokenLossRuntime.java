package io.github.performer4j.core.loss;

import io.github.performer4j.core.base.CompiledGraph;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.TokenMask;
import io.github.performer4j.core.program.Segments;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.MaskState;
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
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runtime of output layers that predict a token per position.
 *
 * <p>Activations are probabilities [B,T,V]; labels are ids [B,T] ({@link TokenLabels}), negative where nothing is predicted; a label mask (0) hides
 * more, and padded tokens predict nothing. The score is the mean loss per predicted token. Deeplearning4j divides every gradient by the batch size where the net's
 * {@code miniBatch} is on (its default); the gradient is multiplied by it there, so that a step is that of the mean loss either way.
 */
public class TokenLossRuntime extends GraphRuntime implements IOutputLayer {
    private INDArray labels;
    private INDArray labelMask;
    private boolean forgetWithNextInput;
    private double loss = Double.NaN;

    public TokenLossRuntime(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    /**
     * Keeps the label mask apart from the mask of the tokens, which arrives by {@link #feedForwardMaskArray}. Deeplearning4j says null both
     * when there is no label mask, before it asks for the score, and when it forgets all masks: so the tokens' mask goes with the
     * next input, unless a new one has come.
     */
    @Override
    public void setMaskArray(INDArray labelMask) {
        this.labelMask = labelMask;
        forgetWithNextInput = labelMask == null;
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int batch) {
        forgetWithNextInput = false;
        return super.feedForwardMaskArray(mask, state, batch);
    }

    /** Returns null: the loss of each token stands alone, in packed rows too. */
    @Override
    protected final Segments segments() {
        return null;
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
        if (forgetWithNextInput) {
            super.setMaskArray(null);
            forgetWithNextInput = false;
        }
        super.setInput(input, workspaces);
    }

    @Override
    public final Pair<Gradient, INDArray> backpropGradient(INDArray ignored, LayerWorkspaceMgr workspaces) {
        check();
        begin(true);
        Differentiated result = differentiate(conf().isMiniBatch() ? input.size(0) : 1, workspaces);
        gradientTaken();
        loss = result.loss();
        return result.gradients();
    }

    /** The mean loss per predicted token, with gradients of it. */
    record Differentiated(double loss, Pair<Gradient, INDArray> gradients) {}

    /** Computes the loss, and the gradients of factor · loss. */
    Differentiated differentiate(double factor, LayerWorkspaceMgr workspaces) {
        CompiledGraph.Result result = run(ArrayType.BP_WORKING_MEM, workspaces);
        double mean = result.output().getDouble(0);
        return new Differentiated(mean, gradients(result, factor, workspaces));
    }

    /** Computes the loss. */
    double loss(LayerWorkspaceMgr workspaces) {
        return run(ArrayType.FF_WORKING_MEM, workspaces).output().getDouble(0);
    }

    private void check() {
        assertInputSet(true);
        if (labels == null) {
            throw new IllegalStateException("labels must be set before the loss is computed; layer="
                    + layerConf().getLayerName());
        }
    }

    private CompiledGraph.Result run(ArrayType where, LayerWorkspaceMgr workspaces) {
        INDArray x = dropped(entrance(input, where, workspaces), where, workspaces);
        CompiledGraph graph = graph(x, true, true, training());
        Map<String, INDArray> values = values(graph, x);
        int columns = Math.toIntExact(x.size(2));
        long vocabulary =
                definition() instanceof TokenLosses own ? own.losses(columns).vocabulary() : columns;
        values.put(
                CompiledGraph.LABELS,
                Nd4j.createFromArray(visibleLabels(vocabulary))
                        .reshape(x.size(0), x.size(1))
                        .castTo(dataType));
        return graph.backward(values, null);
    }

    /** Returns labels, [B·T], negative where the label mask is 0 or the token is padding, whatever stands there. */
    final int[] visibleLabels(long vocabulary) {
        String name = layerConf().getLayerName();
        INDArray ids = TokenLabels.matrix(labels, input.size(0), input.size(1), name);
        INDArray hidden = TokenMask.of(labelMask, input.size(0), input.size(1), dataType, name);
        return TokenLabels.read(ids, vocabulary, name, hidden, maskArray);
    }

    @Override
    public double computeScore(double regularization, boolean training, LayerWorkspaceMgr workspaces) {
        if (Double.isNaN(loss) || !training) {
            check();
            begin(training);
            loss = loss(workspaces);
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
        loss = Double.NaN;
        labels = null;
        labelMask = null;
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
