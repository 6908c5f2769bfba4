package io.github.performer4j.core.layer;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Softmax cross-entropy on sparse labels, {@code loss = −(1/N) Σ_{labels ≥ 0} log softmax(logits)_label}, in nats per predicted token.
 *
 * <p>Positions with a negative label are ignored; N counts the others, and a batch without any has loss 0.
 */
final class TokenLoss {
    private TokenLoss() {}

    /**
     * Defines the mean loss.
     *
     * @param logits [N,V]
     * @param labels ids, negative = ignored, [B,T] in the net's type
     */
    static SDVariable define(SameDiff sd, SDVariable logits, SDVariable labels, long rows, DataType type) {
        SDVariable flat = labels.reshape(rows); // [N]
        SDVariable counted = sd.gte(flat, 0).castTo(type);
        SDVariable ids = flat.mul(counted).castTo(DataType.INT32);
        SDVariable losses = sd.loss().sparseSoftmaxCrossEntropy(logits, ids); // [N]
        SDVariable total = sd.math().max(sd.sum(counted), sd.constant(Nd4j.scalar(type, 1)));
        return sd.sum(losses.mul(counted)).div(total);
    }
}
