package io.github.performer4j.core.base;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * What Deeplearning4j's layers can be told: each setting has its effect, or is refused with the reason.
 *
 * <p>What a layer's builder asks for must have something to act on. A default of the whole net need not, but what would change the
 * layer's function and is not offered (weight noise, other dropouts than the plain one, dropout of token ids) is refused from there
 * too.
 */
public final class LayerSettings {
    private LayerSettings() {}

    /**
     * Refuses what a builder asks for and the layer has nothing for.
     *
     * @throws IllegalArgumentException naming the setting
     */
    static void requireEffect(GraphLayer layer, GraphLayer.Builder<?> builder) {
        SDLayerParams params = layer.getLayerParams();
        boolean weights = !params.getWeightParameterKeys().isEmpty();
        boolean others = !params.getBiasParameterKeys().isEmpty();
        boolean biases = params.getBiasParameterKeys().stream().anyMatch(GraphLayer::isBias);
        boolean gains = params.getBiasParameterKeys().stream().anyMatch(GraphLayer::isGain);
        require(layer, weights, "weightInit", builder.getWeightInitFn() != null);
        require(layer, biases, "biasInit", !Double.isNaN(builder.getBiasInit()));
        require(layer, gains, "gainInit", !Double.isNaN(builder.getGainInit()));
        require(layer, weights, "l1, l2 or weightDecay", given(builder.getRegularization()));
        require(layer, others, "l1Bias, l2Bias or weightDecayBias", given(builder.getRegularizationBias()));
        require(layer, weights || others, "updater", builder.getIupdater() != null);
        require(layer, others, "biasUpdater", builder.getBiasUpdater() != null);
        require(layer, weights, "constrainWeights", given(builder.getWeightConstraints()));
        require(layer, others, "constrainBias", given(builder.getBiasConstraints()));
        require(layer, weights || others, "constrainAllParameters", given(builder.getAllParamConstraints()));
        GradientNormalization normalization = builder.getGradientNormalization();
        require(
                layer,
                weights || others,
                "gradientNormalization",
                normalization != null && normalization != GradientNormalization.None);
        IActivation activation = builder.getActivationFn();
        require(layer, false, "activation", activation != null && !(activation instanceof ActivationIdentity));
    }

    private static boolean given(Collection<?> values) {
        return values != null && !values.isEmpty();
    }

    private static void require(GraphLayer layer, boolean possible, String setting, boolean asked) {
        if (asked && !possible) {
            throw new IllegalArgumentException("a setting must have something to act on in the layer; setting="
                    + setting + ", layer="
                    + layer.getLayerName() + ", class=" + layer.getClass().getSimpleName() + ", parameters="
                    + layer.getLayerParams().getParameterKeys());
        }
    }

    /**
     * Refuses settings that are not offered, wherever they come from.
     *
     * @throws IllegalArgumentException naming setting and reason
     */
    static void requireOffered(GraphLayer layer) {
        SDLayerParams params = layer.getLayerParams();
        if (layer.getWeightNoise() != null && !params.getParameterKeys().isEmpty()) {
            throw new IllegalArgumentException(
                    "weight noise is not offered, because its draws are no function of seed and step; layer="
                            + layer.getLayerName() + ", weightNoise=" + layer.getWeightNoise());
        }
        boolean normalized = layer.getGradientNormalization() != null
                && layer.getGradientNormalization() != GradientNormalization.None;
        if (normalized && params.getBiasParameterKeys().stream().anyMatch(layer::isState)) {
            throw new IllegalArgumentException(
                    "a layer that keeps statistics needs gradientNormalization=None, because others would scale their steps; layer="
                            + layer.getLayerName() + ", gradientNormalization=" + layer.getGradientNormalization());
        }
        double dropped = inputDropout(layer);
        if (dropped > 0 && !layer.differentiableInput()) {
            throw new IllegalArgumentException(
                    "token ids must not be dropped: give this layer dropOut(1), which keeps all, if the net has a dropOut; layer="
                            + layer.getLayerName() + ", dropOut=" + (1 - dropped));
        }
    }

    /**
     * Returns the share of the layer's input that is dropped in training.
     *
     * @throws IllegalArgumentException if the layer has another dropout than a plain one of one probability
     */
    public static double inputDropout(GraphLayer layer) {
        IDropout dropout = layer.getIDropout();
        if (dropout == null) {
            return 0;
        }
        if (dropout.getClass() != Dropout.class || ((Dropout) dropout).getPSchedule() != null) {
            throw new IllegalArgumentException(
                    "dropOut must be plain Dropout with one probability, because other draws are no functions of seed and step; layer="
                            + layer.getLayerName() + ", dropOut=" + dropout);
        }
        double kept = ((Dropout) dropout).getP();
        if (!(kept > 0 && kept <= 1)) {
            throw new IllegalArgumentException("dropOut, the share of inputs that is kept, must be in (0, 1]; layer="
                    + layer.getLayerName() + ", dropOut=" + kept);
        }
        return 1 - kept;
    }

    /** Returns the first regularisation of each kind; L2 and weight decay are one, as in Deeplearning4j's builders. */
    static List<Regularization> oneOfEachKind(List<Regularization> all) {
        if (all == null) {
            return null;
        }
        List<Regularization> kept = new ArrayList<>();
        for (Regularization one : all) {
            if (kept.stream().noneMatch(k -> k.getClass() == one.getClass() || decays(k) && decays(one))) {
                kept.add(one);
            }
        }
        return kept;
    }

    private static boolean decays(Regularization r) {
        return r instanceof L2Regularization || r instanceof WeightDecay;
    }
}
