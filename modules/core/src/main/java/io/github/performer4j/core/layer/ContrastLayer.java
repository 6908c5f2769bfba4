package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.SequenceParts;
import io.github.performer4j.core.loss.Candidates;
import io.github.performer4j.core.samediff.GraphScope;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Vectors of sequences that can be compared: pools each of B sequences [B,T,E] to x_i and gives it length 1, [B,1,E]:
 *
 * <pre>
 * z_i = x_i / √(|x_i|² + ε)
 * </pre>
 *
 * <p>{@link ContrastLossLayer} behind it compares the sequences of a batch. No parameters. Of models of earlier builds it was logits [B,1,B], {@code z_i · z_j / τ}, which a {@link TokenLossLayer} read;
 * {@link #renew} makes of such heads those of now.
 */
public class ContrastLayer extends SequencePoolingLayer {
    /** ε, added to the square of each vector's length. */
    public static final double EPSILON = 1e-12;

    private static final String VECTORS = "vectors"; // read by name from a SameDiff graph of the net

    private double temperature; // of logits, in models of earlier builds; else 0

    /** For Deeplearning4j's JSON. */
    protected ContrastLayer() {}

    /**
     * Makes the layer.
     *
     * @param kind how tokens are pooled
     */
    public ContrastLayer(Kind kind) {
        super(kind);
    }

    /**
     * Checks a temperature of similarities.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static void requireTemperature(double temperature) {
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException("temperature must be positive; temperature=" + temperature);
        }
    }

    /**
     * Makes of a net of pairs as earlier builds saved it one of now: this layer gives vectors, and what compares them stands behind it. Neither has parameters; other nets stay as they are.
     *
     * @param net as read from a file
     */
    public static void renew(ComputationGraphConfiguration net) {
        for (Map.Entry<String, GraphVertex> entry : net.getVertices().entrySet()) {
            List<String> reads = net.getVertexInputs().get(entry.getKey());
            if (entry.getValue() instanceof LayerVertex head
                    && head.getLayerConf().getLayer() instanceof TokenLossLayer former
                    && net.getVertices().get(reads.get(0)) instanceof LayerVertex body
                    && body.getLayerConf().getLayer() instanceof ContrastLayer contrast) {
                ContrastLossLayer now = new ContrastLossLayer(Candidates.ALL, contrast.temperature);
                now.setLayerName(former.getLayerName());
                now.setIUpdater(former.getIUpdater());
                head.getLayerConf().setLayer(now);
                contrast.temperature = 0;
            }
        }
    }

    /**
     * {@inheritDoc} Only pooling is a program; length 1 is no operation of rows.
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
        return z.reshape(scope.batch(), 1, Math.toIntExact(scope.inputShape()[2]));
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        requireTokensFirst(inputType);
        return inputType;
    }

    /** Returns τ of logits, which only models of earlier builds have; else 0. */
    public double getTemperature() {
        return temperature;
    }

    public void setTemperature(double temperature) {
        this.temperature = temperature;
    }
}
