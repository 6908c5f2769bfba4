package io.github.performer4j.training.convert;

import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.model.Counters;
import io.github.performer4j.core.model.FeedForwardChange;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.program.LayerProgram;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

/** What the feed-forward of a trained block reads and gives: the block's program in two parts, as a small net that takes what the block takes, [B,T,E]. */
final class BlockProbe {
    private static final String FED = "fed";

    private final ComputationGraph net;

    /** A layer that is part of another one. */
    static final class Part extends ProgramLayer {
        private final LayerProgram program;

        Part(LayerProgram program) {
            this.program = program;
            setWidth(program.inputs().get(0).columns());
        }

        @Override
        public LayerProgram program() {
            return program;
        }
    }

    /**
     * Takes a block's weights.
     *
     * @param model whole; not changed
     * @param block its number, from 0
     */
    BlockProbe(ComputationGraph model, int block) {
        String name = PerformerConfig.blockVertex(block);
        PerformerBlockLayer own = FeedForwardChange.block(model, block);
        net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(model.getLayer(name).conf().getSeed()) // features are drawn by it, and by the layer's name
                .dataType(model.params().dataType())
                .updater(new NoOp())
                .graphBuilder()
                .addInputs("x")
                .addLayer(name, new Part(own.beforeFeedForward()), "x")
                .addLayer(FED, new Part(own.feedForwardAlone()), name)
                .setOutputs(name, FED)
                .build());
        net.init();
        Map<String, INDArray> values = model.getLayer(name).paramTable();
        for (String layer : new String[] {name, FED}) {
            net.getLayer(layer).paramTable().forEach((parameter, array) -> array.assign(values.get(parameter)));
        }
        Counters.copyDraws(model, net);
    }

    /**
     * Runs.
     *
     * @param x what the block reads, [B,T,E]
     * @param mask [B,T]; null if all tokens are real
     * @return what its feed-forward reads and gives, [B,T,E] each
     */
    INDArray[] run(INDArray x, INDArray mask) {
        INDArray[] both = net.output(false, new INDArray[] {x}, mask == null ? null : new INDArray[] {mask});
        net.clearLayerMaskArrays();
        return both;
    }
}
