package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.schedule.FusedAdam;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A model of {@link PerformerConfig}, trained by Deeplearning4j's {@code fit} with Adam and decoupled weight decay; which runtime executes
 * its layers is the process's property {@code performer4j.engine}.
 */
final class TrainingNet implements EngineWork {
    /** Learning rate, the same in every engine, as are the numbers below. */
    static final double RATE = 1e-3;

    static final double BETA1 = 0.9;
    static final double BETA2 = 0.999;

    /** ε in {@code m / (√v + ε)}, before the correction of bias, as Deeplearning4j and DJL have it. */
    static final double EPSILON = 1e-8;

    /** Decay of weights; biases and gains have none. */
    static final double DECAY = 0.1;

    private final Case sizes;
    private final ComputationGraph net;
    private final INDArray tokens; // [B,T]
    private final INDArray labels; // [B,T]

    /** Builds the model and loads a batch and all parameters from their files. */
    TrainingNet(Case c, Path inputs, DataType type) throws IOException {
        sizes = c;
        Task task = c.causal() ? new CausalLanguageModel() : new MaskedLanguageModel();
        ComputationGraphConfiguration graph =
                config(c).graph(task, new FusedAdam(RATE, BETA1, BETA2, EPSILON), DECAY, c.seed(), type);
        net = new ComputationGraph(graph);
        net.init();
        Nets.load(net, c, inputs);
        tokens = Nets.input(c, inputs, "tokens", type);
        labels = Nets.input(c, inputs, "labels", type);
    }

    /** Read at once: sizes are checked together. */
    private static PerformerConfig config(Case c) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("maxTokens", c.tokens())
                .put("width", c.width())
                .put("layers", c.layers())
                .put("dropout", 0);
        json.putObject("embedding").put("vocabulary", c.vocabulary());
        json.putObject("attention")
                .put("causal", c.causal())
                .put("heads", c.heads())
                .put("kind", c.attention() == AttentionKind.EXACT ? "exact" : "linear")
                .put("projection", "iid")
                .put("features", c.features())
                .put("redrawInterval", 0);
        json.putObject("feedForward").put("hidden", c.hidden());
        return PerformerConfig.fromJson(json);
    }

    @Override
    public void forward() {
        net.outputSingle(tokens);
    }

    @Override
    public void backward() {
        net.fit(new INDArray[] {tokens}, new INDArray[] {labels});
    }

    @Override
    public void check(Path folder) throws IOException {
        NativeArrays.write(folder, Outputs.FORWARD, net.outputSingle(tokens));
        net.setInputs(tokens);
        net.setLabels(labels);
        net.computeGradientAndScore();
        Nets.writeGradients(net, sizes, folder);
        net.clear();
        backward();
        Nets.writeUpdated(net, sizes, folder);
    }
}
