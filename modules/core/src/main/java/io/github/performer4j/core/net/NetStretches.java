package io.github.performer4j.core.net;

import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.engine.NetProgram.Stretch;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/** How a graph's parameters are updated, where that is by Adam with decoupled weight decay: Deeplearning4j's blocks of equal updaters, and in them parameters that decay alike. */
final class NetStretches {
    private NetStretches() {}

    /**
     * Reads the updater.
     *
     * @throws IllegalArgumentException naming a setting that is another one
     */
    static List<Stretch> of(ComputationGraph net) {
        List<Stretch> all = new ArrayList<>();
        for (UpdaterBlock block : net.getUpdater().getUpdaterBlocks()) {
            long length = block.getParamOffsetEnd() - (long) block.getParamOffsetStart();
            long at = block.getParamOffsetStart();
            for (UpdaterBlock.ParamState state : block.getLayersAndVariablesInBlock()) {
                long n = state.getParamView().length();
                String parameter = state.getParamName();
                long first = block.getUpdaterViewOffsetStart() + at - block.getParamOffsetStart();
                all.add(stretch(state.getLayer(), parameter, at, n, first, first + length));
                at += n;
            }
        }
        return List.copyOf(all);
    }

    private static Stretch stretch(Trainable layer, String parameter, long at, long n, long first, long second) {
        Object own = layer instanceof LayerVertex vertex ? vertex.getLayer() : layer;
        if (!(own instanceof GraphRuntime runtime)
                || !(runtime.definition().getUpdaterByParam(parameter) instanceof Adam adam)) {
            throw refused(
                    "Adam for each parameter",
                    parameter,
                    "layer=" + own.getClass().getSimpleName());
        }
        GraphLayer definition = runtime.definition();
        boolean plain = (definition.getConstraints() == null
                        || definition.getConstraints().isEmpty())
                && (definition.getGradientNormalization() == null
                        || definition.getGradientNormalization() == GradientNormalization.None);
        if (!plain) {
            throw refused(
                    "no constraints and no gradientNormalization", parameter, "layer=" + definition.getLayerName());
        }
        return new Stretch(
                at,
                n,
                adam.getBeta1(),
                adam.getBeta2(),
                adam.getEpsilon(),
                definition.isFixed(parameter) ? 0 : decay(definition, parameter),
                first,
                second);
    }

    private static double decay(GraphLayer layer, String parameter) {
        double decay = 0;
        List<Regularization> given = layer.getRegularizationByParam(parameter);
        for (Regularization one : given == null ? List.<Regularization>of() : given) {
            if (!(one instanceof WeightDecay weightDecay && weightDecay.isApplyLR())) {
                throw refused("no regularisation but weight decay", parameter, "regularization=" + one);
            }
            decay += weightDecay.getCoeff().valueAt(0, 0);
        }
        return decay;
    }

    private static IllegalArgumentException refused(String what, String parameter, String value) {
        return new IllegalArgumentException(
                "steps in an engine's memory need " + what + "; parameter=" + parameter + ", " + value);
    }
}
