package io.github.performer4j.core.loss;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Runtime of the contrastive head: activations are its input, vectors [B,1,E]; the loss is {@link ContrastiveLoss}, on every engine and type. */
public final class ContrastLossRuntime extends TokenLossRuntime {
    private final ContrastiveLoss contrast;

    /**
     * Makes a runtime.
     *
     * @param temperature τ
     */
    public ContrastLossRuntime(NeuralNetConfiguration conf, DataType type, Candidates candidates, double temperature) {
        super(conf, type);
        contrast = new ContrastiveLoss(candidates, temperature);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        begin(training);
        return workspaces.dup(ArrayType.ACTIVATIONS, input, 'c');
    }

    @Override
    Differentiated differentiate(double factor, LayerWorkspaceMgr workspaces) {
        ContrastiveLoss.Result result = compute(ArrayType.BP_WORKING_MEM, workspaces);
        INDArray dx = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
        dx.assign(Nd4j.createFromArray(result.gradient()).muli(factor).reshape('c', input.shape()));
        return new Differentiated(result.loss(), new Pair<>(new DefaultGradient(), dx));
    }

    @Override
    double loss(LayerWorkspaceMgr workspaces) {
        return compute(ArrayType.FF_WORKING_MEM, workspaces).loss();
    }

    private ContrastiveLoss.Result compute(ArrayType where, LayerWorkspaceMgr workspaces) {
        INDArray x = entrance(input, where, workspaces);
        int rows = Math.toIntExact(x.size(0));
        double[][] z =
                x.castTo(DataType.DOUBLE).dup('c').reshape('c', rows, x.size(2)).toDoubleMatrix();
        return contrast.of(z, labels(rows));
    }

    /** Returns the labels [B,3], checked. */
    private int[][] labels(int rows) {
        INDArray labels = getLabels();
        if (labels.rank() != 2 || labels.size(0) != rows || labels.size(1) != ContrastiveLoss.WIDTH) {
            throw new IllegalArgumentException(
                    "labels must be the partner's row, the group and the side of each text; layer="
                            + layerConf().getLayerName() + ", expected=[" + rows + ", " + ContrastiveLoss.WIDTH
                            + "], found=" + Arrays.toString(labels.shape()));
        }
        int[][] ids = new int[rows][ContrastiveLoss.WIDTH];
        for (int i = 0; i < rows; i++) {
            for (int c = 0; c < ContrastiveLoss.WIDTH; c++) {
                ids[i][c] = (int) labels.getDouble(i, c);
            }
            int partner = ids[i][ContrastiveLoss.PARTNER];
            if (partner >= rows || partner == i) {
                throw new IllegalArgumentException("a partner must be another row of the batch; layer="
                        + layerConf().getLayerName() + ", rows=" + rows + ", row=" + i + ", partner=" + partner);
            }
        }
        return ids;
    }
}
