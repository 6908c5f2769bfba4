package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Projections drawn anew during a run: evaluation sees that of the last step, whatever the threads, stops and copies. */
class RedrawTest {
    private static final TrainingConfig CONFIG = TrainingConfig.defaults()
            .withSteps(6)
            .withWarmupSteps(0)
            .withLearningRate(0.01)
            .withAccumulate(2)
            .withEvalEvery(1)
            .withEvalTokens(200)
            .withSeed(7);

    private static ComputationGraph net(int interval) {
        PerformerConfig model = PerformerConfig.defaults()
                .withVocabulary(Toy.VOCABULARY)
                .with("width", 8)
                .with("attention.heads", 2)
                .with("layers", 1)
                .with("feedForward.hidden", 8)
                .with("attention.features", 8)
                .with("maxTokens", Toy.LENGTH)
                .with("dropout", 0.1)
                .with("attention.featureMap", "relu")
                .with("attention.redrawInterval", interval);
        ComputationGraph net =
                new ComputationGraph(model.graph(new MaskedLanguageModel(), CONFIG.updater(), CONFIG.weightDecay(), 3));
        net.init();
        return net;
    }

    private static Evaluator evaluator() {
        return new Evaluator(Toy.source(5), Toy.scorer(), 99, 200);
    }

    /** Trains on, and returns the losses of all evaluations. */
    private static List<Double> train(ComputationGraph net, TrainingConfig config) throws IOException {
        List<Double> losses = new ArrayList<>();
        new Trainer(net, config, Toy.source(23))
                .evaluator(evaluator())
                .listener(new RunListener() {
                    @Override
                    public void evaluation(long step, Evaluation evaluation, boolean best) {
                        losses.add(evaluation.value());
                    }
                })
                .train();
        return losses;
    }

    /** Up to step 4 a run that draws every 4 steps is one that never does; the fifth step is the first with the second draw. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void evaluationSeesTheDrawOfTheLastStep(int threads) throws IOException {
        List<Double> redrawn = train(net(4), CONFIG.withThreads(threads));
        List<Double> kept = train(net(0), CONFIG.withThreads(threads));
        assertThat(redrawn.subList(0, 4)).isEqualTo(kept.subList(0, 4));
        assertThat(redrawn.get(4)).isNotEqualTo(kept.get(4));
        assertThat(redrawn).isEqualTo(train(net(4), CONFIG.withThreads(2)));
    }

    /** The net itself, its clone and Deeplearning4j's listeners, which are called before the step is counted, agree with the evaluation. */
    @Test
    void theNetAgreesWithItsEvaluation() throws IOException {
        ComputationGraph net = net(2);
        List<Double> listened = new ArrayList<>();
        net.setListeners(new BaseTrainingListener() {
            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
                listened.add(loss(net));
            }
        });
        List<Double> losses = train(net, CONFIG);
        assertThat(listened).isEqualTo(losses);
        assertThat(loss(net)).isEqualTo(losses.get(5));
        assertThat(loss(net.clone())).isEqualTo(losses.get(5));
    }

    private static double loss(ComputationGraph net) {
        try {
            return evaluator().evaluate(net, 2).value();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A run of a trained net's copy begins its steps at 0; its layers go on. */
    @Test
    void aCopyIsTrainedOn() throws IOException {
        ComputationGraph net = net(4);
        train(net, CONFIG.withSteps(3));
        ComputationGraph copy = net.clone();
        INDArray w = copy.params().dup();
        List<Double> losses = train(copy, CONFIG.withSteps(4).withThreads(2));
        assertThat(copy.params()).isNotEqualTo(w);
        assertThat(loss(copy)).isEqualTo(losses.get(3));
        ComputationGraph again = net.clone();
        assertThat(train(again, CONFIG.withSteps(4).withThreads(1))).isEqualTo(losses);
        for (int steps = 1; steps <= 2; steps++) { // its fourth step has the first draw, its fifth the second
            ComputationGraph on = net.clone();
            train(on, CONFIG.withSteps(steps));
            ComputationGraph never = net(0);
            never.params().assign(on.params());
            assertThat(loss(on) == loss(never)).isEqualTo(steps == 1);
        }
    }
}
