package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.schedule.WarmupSchedule.Shape;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.batch.BatchEncoder;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

class TrainerTest {
    private static final TrainingConfig CONFIG = TrainingConfig.defaults()
            .withSteps(6)
            .withWarmupSteps(2)
            .withAccumulate(3)
            .withEvalEvery(2)
            .withEvalTokens(50)
            .withClipNorm(0.5)
            .withSeed(7);

    private static Evaluator evaluator() {
        return new Evaluator(Toy.source(5), Toy.scorer(), 99, 50, Toy.encoder());
    }

    @Test
    void stoppedAndResumedEqualsNeverStopped() throws IOException {
        ComputationGraph straight = Toy.net(CONFIG);
        Toy.trainer(straight, CONFIG).evaluator(evaluator()).train();

        Toy.Memory memory = new Toy.Memory();
        ComputationGraph first = Toy.net(CONFIG);
        Trainer trainer = Toy.trainer(first, CONFIG).evaluator(evaluator()).store(memory);
        trainer.listener(new RunListener() {
            @Override
            public void step(Progress progress) {
                if (progress.step() == 3) {
                    trainer.requestStop();
                }
            }
        });
        assertThat(trainer.train()).isEqualTo(Outcome.STOPPED);
        assertThat(memory.checkpoints).containsExactly(3L);

        ComputationGraph second = Toy.net(CONFIG.withSeed(8));
        second.params().assign(5);
        Trainer resumed = Toy.trainer(second, CONFIG).evaluator(evaluator());
        resumed.restore(memory.net, memory.state);
        assertThat(resumed.train()).isEqualTo(Outcome.FINISHED);

        assertThat(bits(second.params())).isEqualTo(bits(straight.params()));
        assertThat(bits(second.getUpdater().getStateViewArray()))
                .isEqualTo(bits(straight.getUpdater().getStateViewArray()));
        assertThat(second.getIterationCount()).isEqualTo(6);
    }

    @Test
    void everyNumberOfThreadsGivesTheSameBits() throws IOException {
        TrainingConfig config = CONFIG.withAccumulate(5);
        ComputationGraph one = Toy.net(config);
        ComputationGraph untrained = one.clone();
        Toy.trainer(one, config).evaluator(evaluator()).train();
        for (int threads : new int[] {2, 3, 5, 8}) {
            ComputationGraph many = Toy.net(config);
            Toy.trainer(many, config.withThreads(threads))
                    .evaluator(evaluator())
                    .train();
            assertThat(bits(many.params())).as("threads=%d", threads).isEqualTo(bits(one.params()));
        }
        assertThat(bits(one.params())).isNotEqualTo(bits(untrained.params()));
    }

    /** The micro-batches have different numbers of labels: the mean over all their tokens is not the mean of their means. */
    @Test
    void twoMicroBatchesEqualOneBatchOfBoth() throws IOException {
        Batch a = Toy.batch(CounterRandom.of(1), 0.9);
        Batch b = Toy.batch(CounterRandom.of(2), 0.2);
        assertThat(a.weight()).isNotEqualTo(b.weight());
        TrainingConfig config = plain(0.1).withAccumulate(2);
        ComputationGraph two = Toy.net(new Sgd(0.1), 0, DataType.DOUBLE);
        new Trainer(two, config, (seed, epoch) -> Toy.stream(List.of(a, b)), Toy.encoder()).train();
        ComputationGraph one = Toy.net(new Sgd(0.1), 0, DataType.DOUBLE);
        new Trainer(one, config.withAccumulate(1), (seed, epoch) -> Toy.stream(List.of(joined(a, b))), Toy.encoder())
                .train();
        assertThat(distance(two, one)).isLessThan(1e-14);
        assertThat(distance(two, Toy.net(new Sgd(0.1), 0, DataType.DOUBLE))).isGreaterThan(1e-4);
    }

    @Test
    void clippingScalesTheWholeGradientToTheLimit() throws IOException {
        double limit = 0.01;
        ComputationGraph free = Toy.net(new Sgd(1), 0, DataType.DOUBLE);
        ComputationGraph start = free.clone();
        Toy.Memory memory = new Toy.Memory();
        Toy.trainer(free, plain(1)).store(memory).train();
        double norm = memory.steps.get(0).gradientNorm();
        assertThat(norm).isGreaterThan(limit).isCloseTo(distance(free, start), within(1e-12));

        ComputationGraph clipped = Toy.net(new Sgd(1), 0, DataType.DOUBLE);
        Toy.trainer(clipped, plain(1).withClipNorm(limit)).train();
        INDArray step = start.params().sub(clipped.params());
        INDArray expected = start.params().sub(free.params()).mul(limit / norm);
        assertThat(step.sub(expected).norm2Number().doubleValue()).isLessThan(1e-14);
        assertThat(step.norm2Number().doubleValue()).isCloseTo(limit, within(1e-12));
    }

    /** The first step of Adam moves a parameter by rate · g/(|g| + ε'), whatever the size of its gradient. */
    @Test
    void everyLayerMovesByTheSchedulesRate() throws IOException {
        TrainingConfig config =
                plain(1e-3).withWarmupSteps(4).withEpsilon(1e-20).withBeta2(0.98);
        ComputationGraph net = Toy.net(new Adam(123, 0.9, 0.98, 1e-20), 0, DataType.DOUBLE);
        ComputationGraph start = net.clone();
        Toy.trainer(net, config).train();
        for (String layer : List.of("block-0", "block-1", "head")) {
            INDArray moved =
                    net.getLayer(layer).getParam("b").sub(start.getLayer(layer).getParam("b"));
            for (double step : moved.dup().data().asDouble()) {
                assertThat(Math.abs(step)).as(layer).isCloseTo(1e-3 / 4, within(1e-12));
            }
        }
    }

    /** With no gradient at all, decoupled decay takes rate · λ · w off the weights and nothing off the biases. */
    @Test
    void weightDecayIsDecoupledFromTheGradient() throws IOException {
        double rate = 0.25;
        double lambda = 0.1;
        TrainingConfig config = plain(rate).withWeightDecay(lambda);
        ComputationGraph net = Toy.net(new Adam(9), lambda, DataType.DOUBLE);
        net.getLayer("head").getParam("b").assign(0.7);
        INDArray before = net.getLayer("head").getParam("W").dup();
        Rates.set(net, config.rates());
        net.getUpdater().update(Gradients.named(net), 0, 0, 1, LayerWorkspaceMgr.noWorkspaces());
        net.params().subi(net.getFlattenedGradients().reshape(net.numParams()));
        INDArray expected = before.mul(1 - rate * lambda);
        assertThat(net.getLayer("head")
                        .getParam("W")
                        .sub(expected)
                        .norm2Number()
                        .doubleValue())
                .isLessThan(1e-14);
        assertThat(net.getLayer("head").getParam("b").meanNumber().doubleValue())
                .isCloseTo(0.7, within(1e-15));
    }

    @Test
    void theLossIsTheMeanWithoutRegularisation() throws IOException {
        Toy.Memory memory = new Toy.Memory();
        ComputationGraph net = Toy.net(new Sgd(1e-9), 0.5, DataType.DOUBLE);
        Evaluation evaluation = new Evaluator(
                        (seed, epoch) -> Toy.stream(List.of(Toy.batch(CounterRandom.of(3), 0.5))),
                        Toy.scorer(),
                        0,
                        1000,
                        Toy.encoder())
                .evaluate(net, 1);
        new Trainer(
                        net,
                        plain(1e-9),
                        (seed, epoch) -> Toy.stream(List.of(Toy.batch(CounterRandom.of(3), 0.5))),
                        Toy.encoder())
                .store(memory)
                .train();
        assertThat(memory.steps.get(0).loss()).isCloseTo(evaluation.value(), within(1e-6));
    }

    @Test
    void trainingLearnsTheChain() throws IOException {
        TrainingConfig config = CONFIG.withSteps(300)
                .withLearningRate(0.02)
                .withWeightDecay(0)
                .withEvalEvery(0)
                .withAccumulate(1);
        ComputationGraph net = Toy.net(config);
        Evaluator evaluator = new Evaluator(Toy.source(20), Toy.scorer(), 99, 1000, Toy.encoder());
        double before = evaluator.evaluate(net, 1).value();
        Toy.trainer(net, config).train();
        Evaluation after = evaluator.evaluate(net, 2);
        // The chain's entropy: 0.8 to the successor, 0.2 to the first token.
        double entropy = -(0.8 * Math.log(0.8) + 0.2 * Math.log(0.2));
        assertThat(after.value()).isLessThan(before / 2).isBetween(entropy - 0.1, entropy + 0.2);
        assertThat(after.figure("accuracy")).isGreaterThan(0.7);
        assertThat(after).isEqualTo(evaluator.evaluate(net, 1));
    }

    @Test
    void deeplearning4jListenersHearEveryIteration() throws IOException {
        List<Integer> iterations = new ArrayList<>();
        List<Double> scores = new ArrayList<>();
        ComputationGraph net = Toy.net(CONFIG);
        net.setListeners(new BaseTrainingListener() {
            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
                iterations.add(iteration);
                scores.add(model.score());
            }
        });
        Toy.Memory memory = new Toy.Memory();
        Toy.trainer(net, CONFIG).store(memory).train();
        assertThat(iterations).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(scores)
                .isEqualTo(memory.steps.stream().map(RunListener.Progress::loss).toList());
    }

    @Test
    void notFiniteParametersStopTheRunByName() {
        ComputationGraph net = Toy.net(CONFIG);
        net.getLayer("block-1").getParam("W").putScalar(3, Double.NaN);
        Toy.Memory memory = new Toy.Memory();
        assertThatThrownBy(() ->
                        Toy.trainer(net, CONFIG.withThreads(2)).store(memory).train())
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("step 1")
                .hasMessageContaining("parameter \"W\" of layer \"block-1\" is NaN");
        assertThat(memory.checkpoints).isEmpty();
    }

    @Test
    void anUpdateThatOverflowsWritesNoCheckpoint() {
        TrainingConfig config = CONFIG.withLearningRate(1e38)
                .withWarmupSteps(0)
                .withWeightDecay(100)
                .withCheckpointEvery(1);
        Toy.Memory memory = new Toy.Memory();
        assertThatThrownBy(
                        () -> Toy.trainer(Toy.net(config), config).store(memory).train())
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("step 1")
                .hasMessageContaining("layer \"block-0\"");
        assertThat(memory.checkpoints).isEmpty();
    }

    @Test
    void aNotFiniteActivationIsNamed() {
        ComputationGraph net = Toy.net(CONFIG);
        net.getLayer("head").getParam("W").assign(3e38);
        assertThatThrownBy(() -> Toy.trainer(net, CONFIG).train())
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("step 1: the loss is NaN; the output of layer \"head\" is NaN");
    }

    @Test
    void aNotFiniteInputIsNamed() {
        ComputationGraph net = Toy.net(CONFIG);
        BatchEncoder broken = (batch, type) -> {
            BatchEncoder.Arrays good = Toy.encoder().encode(batch, type);
            good.features()[0].putScalar(0, Double.POSITIVE_INFINITY);
            return good;
        };
        assertThatThrownBy(() -> new Trainer(net, CONFIG, Toy.source(9), broken).train())
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("the input \"tokens\" is infinite");
    }

    @Test
    void patienceEndsTheRun() throws IOException {
        // A rate that changes nothing in float32: the first evaluation stays the best.
        TrainingConfig config =
                CONFIG.withSteps(100).withLearningRate(1e-30).withPatience(3).withEvalEvery(2);
        Toy.Memory memory = new Toy.Memory();
        Outcome outcome = Toy.trainer(Toy.net(config), config)
                .evaluator(evaluator())
                .store(memory)
                .train();
        assertThat(outcome).isEqualTo(Outcome.EARLY_STOPPED);
        assertThat(memory.evaluations).containsExactly(2L, 4L, 6L, 8L);
        assertThat(memory.state.bestStep()).isEqualTo(2);
    }

    /** Ten seconds a step, ten minutes: the plateau ends after 48 steps, the decay takes 12. */
    @Test
    void aTimedRunRepeatsBySteps() throws IOException {
        TrainingConfig timed = CONFIG.withMinutes(10).withAccumulate(1);
        AtomicLong time = new AtomicLong();
        Toy.Memory memory = new Toy.Memory();
        ComputationGraph net = Toy.net(timed);
        Trainer trainer = Toy.trainer(net, timed).store(memory).clock(() -> time.get());
        net.setListeners(new BaseTrainingListener() {
            @Override
            public void onGradientCalculation(Model model) {
                time.addAndGet(10_000_000_000L);
            }
        });
        assertThat(trainer.train()).isEqualTo(Outcome.FINISHED);
        assertThat(memory.state.decayStart()).isEqualTo(48);
        assertThat(memory.state.totalSteps()).isEqualTo(60);
        assertThat(net.getIterationCount()).isEqualTo(60);

        TrainingConfig bySteps = memory.state.bySteps();
        ComputationGraph repeated = Toy.net(bySteps);
        Toy.trainer(repeated, bySteps).train();
        assertThat(bits(repeated.params())).isEqualTo(bits(net.params()));
        assertThat(((Adam) Rates.updaters(net).get(0)).getLearningRateSchedule())
                .isEqualTo(bySteps.rates());
    }

    /** A minute for each step by this clock, and an hour for the run. */
    @Test
    void aTimedRunEndsAtItsLimitOfSteps() throws IOException {
        for (Shape shape : Shape.values()) {
            Toy.Memory memory = new Toy.Memory();
            TrainingConfig both = CONFIG.withSchedule(shape).withMinutes(60).withSteps(5);
            Trainer trainer = Toy.trainer(Toy.net(CONFIG), both)
                    .store(memory)
                    .clock(() -> TimeUnit.MINUTES.toNanos(memory.steps.size()));
            assertThat(trainer.train()).isEqualTo(Outcome.FINISHED);
            assertThat(memory.steps).as("%s", shape).hasSize(5);
        }
    }

    @Test
    void anotherConfigurationIsRefusedWithAllDifferences() throws IOException {
        Toy.Memory memory = new Toy.Memory();
        Toy.trainer(Toy.net(CONFIG), CONFIG).store(memory).train();
        TrainingConfig other =
                CONFIG.withLearningRate(0.5).withBeta1(0.8).withThreads(2).withEvalEvery(77);
        assertThatThrownBy(() -> Toy.trainer(Toy.net(other), other).restore(memory.net, memory.state))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("training.learningRate checkpoint=0.001, run=0.5")
                .hasMessageContaining("training.beta1 checkpoint=0.9, run=0.8")
                .hasMessageNotContaining("threads")
                .hasMessageNotContaining("evalEvery");
    }

    @Test
    void aConstantRunMayBeLengthened() throws IOException {
        TrainingConfig three = CONFIG.withSchedule(Shape.CONSTANT).withSteps(3);
        TrainingConfig six = three.withSteps(6);
        Toy.Memory memory = new Toy.Memory();
        Toy.trainer(Toy.net(three), three).store(memory).train();
        ComputationGraph longer = Toy.net(six);
        Trainer trainer = Toy.trainer(longer, six);
        trainer.restore(memory.net, memory.state);
        trainer.train();
        ComputationGraph straight = Toy.net(six);
        Toy.trainer(straight, six).train();
        assertThat(bits(longer.params())).isEqualTo(bits(straight.params()));
    }

    @Test
    void dataWithoutLabelsIsRefused() {
        Batch empty = Toy.batch(CounterRandom.of(5), 0);
        assertThatThrownBy(() -> new Trainer(
                                Toy.net(CONFIG), CONFIG, (seed, epoch) -> Toy.stream(List.of(empty)), Toy.encoder())
                        .train())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("something to predict");
    }

    @Test
    void layersWithoutLearningRateAreLeftAlone() {
        ComputationGraph net = Toy.net(new NoOp(), 0, DataType.FLOAT);
        Rates.set(net, CONFIG.rates());
        assertThat(Rates.updaters(net)).isEmpty();
    }

    private static TrainingConfig plain(double rate) {
        return CONFIG.withSteps(1)
                .withLearningRate(rate)
                .withWarmupSteps(0)
                .withSchedule(Shape.CONSTANT)
                .withAccumulate(1)
                .withClipNorm(0)
                .withWeightDecay(0);
    }

    private static Batch joined(Batch a, Batch b) {
        boolean[] mask = new boolean[a.tokens() * 2];
        Arrays.fill(mask, true);
        return Toy.batch(
                a.size() * 2,
                a.length(),
                joined(a.input(), b.input()),
                mask,
                joined(a.label(), b.label()),
                joined(a.extras().get(Batch.LEFT), b.extras().get(Batch.LEFT)));
    }

    private static int[] joined(Column a, Column b) {
        int[] both = Arrays.copyOf(a.ids(), a.ids().length + b.ids().length);
        System.arraycopy(b.ids(), 0, both, a.ids().length, b.ids().length);
        return both;
    }

    private static double distance(ComputationGraph a, ComputationGraph b) {
        return a.params().sub(b.params()).norm2Number().doubleValue();
    }

    private static int[] bits(INDArray array) {
        float[] values = array.castTo(DataType.FLOAT).dup().data().asFloat();
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
