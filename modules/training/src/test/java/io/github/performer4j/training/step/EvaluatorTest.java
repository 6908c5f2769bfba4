package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;

class EvaluatorTest {
    private static ComputationGraph uniform() {
        ComputationGraph net = Toy.net(new Sgd(1), 0, DataType.FLOAT);
        net.params().assign(0);
        return net;
    }

    @Test
    void zeroParametersGiveTheLogOfTheVocabulary() throws IOException {
        Evaluation evaluation =
                new Evaluator(Toy.source(4), Toy.scorer(), 1, Long.MAX_VALUE, Toy.encoder()).evaluate(uniform(), 1);
        assertThat(evaluation.value()).isCloseTo(Math.log(Toy.VOCABULARY), within(1e-6));
        assertThat(evaluation.figure("perplexity")).isCloseTo(Toy.VOCABULARY, within(1e-4));
        assertThat(evaluation.figure("accuracy")).isZero(); // the first of equals is the padding token
    }

    @Test
    void baselinesAreThoseOfThePredictedPositions() throws IOException {
        Batch batch = Toy.batch(CounterRandom.of(4), 0.3);
        TokenCounts counts = Toy.counts();
        double order0 = 0;
        double order1 = 0;
        for (int i = 0; i < batch.label().ids().length; i++) {
            if (batch.label().ids()[i] != Batch.IGNORED) {
                order0 -= counts.logOrder0(batch.label().ids()[i]);
                order1 -= counts.logOrder1(
                        batch.extras().get(Batch.LEFT).ids()[i], batch.label().ids()[i]);
            }
        }
        Evaluation evaluation = new Evaluator(
                        (seed, epoch) -> Toy.stream(List.of(batch)),
                        Toy.scorer(counts),
                        1,
                        Long.MAX_VALUE,
                        Toy.encoder())
                .evaluate(uniform(), 1);
        assertThat((double) evaluation.count()).isEqualTo(batch.weight());
        assertThat(evaluation.baseline("order0")).isCloseTo(order0 / batch.weight(), within(1e-12));
        assertThat(evaluation.baseline("order1")).isCloseTo(order1 / batch.weight(), within(1e-12));
    }

    @Test
    void theBoundStopsAfterTheBatchThatReachesIt() throws IOException {
        Batch batch = Toy.batch(CounterRandom.of(4), 1);
        int n = (int) batch.weight();
        for (int threads : new int[] {1, 2}) {
            Evaluation evaluation = new Evaluator(
                            (seed, epoch) -> Toy.stream(java.util.Collections.nCopies(90, batch)),
                            Toy.scorer(),
                            1,
                            30L * n - 1,
                            Toy.encoder())
                    .evaluate(uniform(), threads);
            assertThat(evaluation.count()).isEqualTo(30L * n);
        }
    }

    @Test
    void everyNumberOfThreadsGivesTheSameFigures() throws IOException {
        ComputationGraph net = Toy.net(new Sgd(1), 0, DataType.FLOAT);
        Evaluator evaluator = new Evaluator(Toy.source(40), Toy.scorer(), 1, 400, Toy.encoder());
        assertThat(evaluator.evaluate(net, 3)).isEqualTo(evaluator.evaluate(net, 1));
    }

    @Test
    void dataWithoutLabelsIsRefused() {
        Batch empty = Toy.batch(CounterRandom.of(4), 0);
        assertThatThrownBy(() -> new Evaluator(
                                (seed, epoch) -> Toy.stream(List.of(empty)), Toy.scorer(), 1, 9, Toy.encoder())
                        .evaluate(uniform(), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must have a token to predict; tokens=0");
    }
}
