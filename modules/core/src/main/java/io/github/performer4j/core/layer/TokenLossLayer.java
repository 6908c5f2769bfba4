package io.github.performer4j.core.layer;

import io.github.performer4j.core.loss.TokenLossRuntime;
import io.github.performer4j.core.program.LossProgram;
import org.deeplearning4j.nn.conf.inputs.InputType;

/**
 * Output layer without parameters: softmax and cross-entropy on logits [B,T,V] that another layer or {@link TiedLogitsVertex} computed.
 *
 * <p>Labels, masks and score are those of {@link TokenLossRuntime}.
 */
public class TokenLossLayer extends LossLayer {

    @Override
    public LossProgram losses(int columns) {
        return LossProgram.ofLogits(columns);
    }

    /** {@inheritDoc} V may not be known yet. */
    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        requireTokensFirst(inputType);
        return inputType;
    }
}
