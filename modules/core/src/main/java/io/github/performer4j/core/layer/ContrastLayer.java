package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.SequenceParts;
import io.github.performer4j.core.samediff.GraphScope;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How alike the sequences of a batch are: pools each of B sequences [B,T,E] to x_i and gives, for each, the logits of all others to be its partner, [B,1,B]:
 *
 * <pre>
 * z_i = x_i / √(|x_i|² + ε)       s_ij = z_i · z_j / τ,   s_ii = −10⁹
 * </pre>
 *
 * <p>With the partner's place in the batch as label, {@link TokenLossLayer} behind it is the contrastive loss with in-batch negatives (van den Oord and others, <em>Contrastive predictive
 * coding</em>, 2018; Chen and others, <em>SimCLR</em>, 2020). No parameters.
 */
public class ContrastLayer extends SequencePoolingLayer {
    /** ε, added to the square of each vector's length. */
    public static final double EPSILON = 1e-12;

    private static final double NEVER = -1e9;
    private static final String VECTORS = "vectors"; // read by name from a SameDiff graph of the net

    private double temperature = 1;

    /** For Deeplearning4j's JSON. */
    protected ContrastLayer() {}

    /**
     * Compares sequences.
     *
     * @param kind how tokens are pooled
     * @param temperature τ, positive
     */
    public ContrastLayer(Kind kind, double temperature) {
        super(kind);
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException("temperature must be positive; temperature=" + temperature);
        }
        this.temperature = temperature;
    }

    /**
     * {@inheritDoc} Only pooling is a program: sequences are compared across the batch, which is no operation of rows.
     */
    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return SequenceParts.onGraph(conf, type);
    }

    @Override
    public SDVariable define(GraphScope scope) {
        SameDiff sd = scope.sd();
        SDVariable x = super.define(scope); // [B,E]
        SDVariable norm = sd.math().sqrt(sd.sum(x.mul(x), true, 1).add(EPSILON)); // [B,1]
        SDVariable z = x.div(VECTORS, norm);
        SDVariable alike = sd.mmul(z, z, false, true, false).mul(1 / temperature); // [B,B]
        SDVariable self =
                sd.constant(Nd4j.eye(scope.batch()).castTo(scope.type()).mul(NEVER));
        return alike.add(self).reshape(scope.batch(), 1, scope.batch());
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        requireTokensFirst(inputType);
        return inputType;
    }

    /** Returns τ. */
    public double getTemperature() {
        return temperature;
    }

    public void setTemperature(double temperature) {
        this.temperature = temperature;
    }
}
