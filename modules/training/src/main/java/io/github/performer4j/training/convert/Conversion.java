package io.github.performer4j.training.convert;

import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.model.AttentionChange;
import io.github.performer4j.core.model.Counters;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.AttentionTransfer;
import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.core.net.SnnkAdapters;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.step.Trainer;
import io.github.performer4j.training.step.TrainingConfig;
import java.io.IOException;
import java.util.function.Consumer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Converts a trained model to another attention (arXiv 2410.10254 transfers attention, arXiv 1910.01108 hidden states): the new model has the old one's weights and learns, from texts without labels, to have
 * the old one's hidden states behind every block. Head and embedding stay; dropout is off, so that both see the same.
 */
public final class Conversion {
    /** Where all states are zero: its square's inverse is a float. */
    private static final double LEAST_SCALE = 1e-12;

    private final PerformerModel teacher;
    private final PerformerConfig config;
    private final TrainingConfig training;
    private AttentionTransfer fitted; // null without a first stage

    /**
     * Plans a conversion.
     *
     * @param teacher the trained model; not changed
     * @param config the new model's configuration, the old one's but for attention
     * @param training length, rate and threads; evaluation, checkpoints and weight decay are not used
     * @throws IllegalArgumentException if the teacher has updates of low rank or adapters beside its weights, or blocks that are one layer
     */
    public Conversion(PerformerModel teacher, PerformerConfig config, TrainingConfig training) {
        if (LowRankAdapters.attached(teacher.net())) {
            throw new IllegalArgumentException(
                    "add the model's updates of low rank to its weights first (performer merge)");
        }
        if (config.reversible()) {
            throw new IllegalArgumentException(
                    "a conversion compares hidden states behind every block, and reversible blocks are one layer; model.reversible=true");
        }
        if (SnnkAdapters.of(teacher.net()).isPresent()) {
            throw new IllegalArgumentException(
                    "a model with adapters cannot be converted: convert the model that they were trained on");
        }
        this.teacher = teacher;
        this.config = config;
        this.training = training.withEvalEvery(0).withCheckpointEvery(0);
    }

    /** Returns the new model as it is before it learns: the old weights under the new attention. */
    public PerformerModel unlearned() {
        ComputationGraph net = AttentionChange.of(teacher.net(), config);
        if (fitted != null) {
            fitted.write(net);
        }
        return model(net);
    }

    /**
     * Fits learned projections to what the model's exact attention computes, each layer's by itself, while all weights stay; {@link #learn} begins with them then.
     *
     * @param held texts that errors are measured on
     * @param texts those that features are fitted to, without labels
     * @param steps Adam's steps, of a batch each
     * @param progress hears the number of each step and the mean error of its batch
     * @return what came of each block
     * @throws IOException if data cannot be read
     * @throws IllegalArgumentException if the new model learns no projections, or the old one's attention is not exact
     */
    public FeatureFit fit(Corpus held, Corpus texts, long steps, FeatureFit.Listener progress) throws IOException {
        AttentionTransfer transfer = transfer();
        FeatureFit result = FeatureFit.run(
                transfer,
                held.batches(new AllTokens(), false),
                texts.batches(new AllTokens(), true),
                training.seed(),
                steps,
                teacher.net().params().dataType(),
                progress);
        fitted = transfer;
        return result;
    }

    /**
     * Checks that there are features to {@link #fit}.
     *
     * @throws IllegalArgumentException if the new model learns no projections, or attends by other things than what keys hold
     */
    public void requireFeatures() {
        transfer();
    }

    private AttentionTransfer transfer() {
        return new AttentionTransfer(teacher.net(), unlearned().net());
    }

    private PerformerModel model(ComputationGraph net) {
        ModelInfo info = teacher.info().withModel(config);
        return new PerformerModel(net, info);
    }

    /**
     * Learns.
     *
     * @param texts the data, without labels; rows as the model reads them
     * @param listener hears the steps; losses are sums over the blocks of relative squared errors
     * @param stop receives what ends the run early when it is called
     * @throws IOException if data cannot be read
     */
    public Result learn(Corpus texts, RunListener listener, Consumer<Runnable> stop) throws IOException {
        BatchSource source = texts.batches(new AllTokens(), true);
        PerformerModel converted = unlearned();
        TeacherEncoder encoder = new TeacherEncoder(teacher.net(), config);
        double[] scales;
        try (BatchStream first = source.open(training.seed(), 0)) {
            if (!first.hasNext()) {
                throw new IllegalArgumentException("the data must have a sequence with a token; data=" + texts.path());
            }
            scales = encoder.scales(first.next(), teacher.net().params().dataType());
        }
        for (int i = 0; i < scales.length; i++) {
            if (!Double.isFinite(scales[i])) {
                throw new IllegalArgumentException(
                        "the model's states must be finite, for another to learn them; vertex="
                                + StudentGraph.vertices(config).get(i) + ", root mean square=" + scales[i]);
            }
            scales[i] = Math.max(scales[i], LEAST_SCALE);
        }
        ComputationGraph whole = converted.net();
        PerformerConfig still = config.with("dropout", 0);
        ComputationGraph quiet = new ComputationGraph(still.graph(
                teacher.info().task(),
                training.updater(),
                0,
                whole.getLayer(PerformerConfig.blockVertex(0)).conf().getSeed(), // features are drawn by it
                whole.params().dataType()));
        quiet.init();
        StudentGraph.copy(whole, quiet);
        ComputationGraph student = StudentGraph.of(quiet, still, scales);
        Trainer trainer = new Trainer(student, training, source, encoder).listener(listener);
        stop.accept(trainer::requestStop);
        Outcome outcome = trainer.train();
        StudentGraph.copy(student, whole);
        Counters.copyDraws(student, whole); // the features that it has learnt with
        return new Result(converted, outcome, trainer.state().step());
    }

    /**
     * What came out.
     *
     * @param model ready for use, or to be saved
     * @param outcome how learning ended
     * @param steps updates
     */
    public record Result(PerformerModel model, Outcome outcome, long steps) {}
}
