package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.loss.Candidates;
import io.github.performer4j.core.loss.ContrastLossRuntime;
import io.github.performer4j.core.samediff.GraphScope;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Output layer behind {@link ContrastLayer}: each text of a batch is to be more like its partner than like others, by softmax over cosines / τ. Activations are the vectors themselves, [B,1,E].
 *
 * <pre>
 * L = −mean_i log (e^{z_i·z_p(i)/τ} / Σ_{j ∈ C(i)} e^{z_i·z_j/τ})
 * </pre>
 *
 * <p>Labels are [B,3]: the row of the partner or −1, a group (texts of one group are no negatives of each other), and the side, as {@link Candidates} counts them, which also says who is in C(i). No parameters. (van den
 * Oord and others, arXiv 1807.03748.)
 */
public class ContrastLossLayer extends GraphLayer {
    private Candidates candidates = Candidates.ALL;
    private double temperature = 1;

    /** For Deeplearning4j's JSON. */
    protected ContrastLossLayer() {}

    /**
     * Makes the layer.
     *
     * @param candidates who looks for its partner, and where
     * @param temperature τ, positive
     */
    public ContrastLossLayer(Candidates candidates, double temperature) {
        ContrastLayer.requireTemperature(temperature);
        this.candidates = candidates;
        this.temperature = temperature;
    }

    /** {@inheritDoc} Without labels, and for export, the input; the loss is the runtime's. */
    @Override
    public SDVariable define(GraphScope scope) {
        return scope.sd().identity(scope.input());
    }

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return new ContrastLossRuntime(conf, type, candidates, temperature);
    }

    @Override
    public boolean perToken() {
        return true;
    }

    @Override
    protected INDArray admit(INDArray input) {
        return Checks.sequence(input, 0, getLayerName());
    }

    @Override
    public void defineParameters(SDLayerParams params) {}

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {}

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        requireTokensFirst(inputType);
        return inputType;
    }

    /** Returns who looks for its partner, and where. */
    public Candidates getCandidates() {
        return candidates;
    }

    public void setCandidates(Candidates candidates) {
        this.candidates = candidates;
    }

    /** Returns τ. */
    public double getTemperature() {
        return temperature;
    }

    public void setTemperature(double temperature) {
        this.temperature = temperature;
    }
}
