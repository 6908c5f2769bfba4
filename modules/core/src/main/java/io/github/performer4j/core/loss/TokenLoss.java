package io.github.performer4j.core.loss;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.StopGradient;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Softmax cross-entropy on sparse labels, {@code loss = −(1/N) Σ_{labels ≥ 0} log softmax(logits)_label}, in nats per predicted token.
 *
 * <p>Positions with a negative label are ignored; N counts the others, and a batch without any has loss 0. Written out, because the gradient
 * of M2.1's own sparse cross-entropy ignores the error that flows into it: neither ignored positions nor the mean would reach it.
 */
final class TokenLoss {
    private TokenLoss() {}

    /**
     * Defines the mean loss.
     *
     * @param logits [N,V]
     * @param labels ids, negative = ignored, [B,T] in the net's type
     */
    static SDVariable define(
            SameDiff sd, SDVariable logits, SDVariable labels, long rows, long vocabulary, DataType type) {
        SDVariable flat = labels.reshape(rows, 1); // [N,1]
        SDVariable counted = sd.gte(flat, 0).castTo(type);
        SDVariable ids = flat.mul(counted).castTo(DataType.INT32).reshape(rows);
        SDVariable chosen =
                sd.oneHot(ids, Math.toIntExact(vocabulary), 1, 1.0, 0.0, type).mul(counted); // [N,V]
        SDVariable top = new StopGradient(sd, sd.max(logits, true, 1)).outputVariable();
        SDVariable shifted = logits.sub(top);
        SDVariable partition = sd.math().log(sd.sum(sd.math().exp(shifted), true, 1)); // [N,1]
        SDVariable losses = partition.mul(counted).sub(sd.sum(shifted.mul(chosen), true, 1)); // [N,1]
        SDVariable total = sd.math().max(sd.sum(counted), sd.constant(Nd4j.scalar(type, 1)));
        return sd.sum(losses).div(total);
    }
}
