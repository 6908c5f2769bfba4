package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.schedule.WarmupSchedule.Shape;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.batch.BatchEncoder;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs with {@code training.chunk} are those of whole sequences up to rounding, with accumulation, clipping, padding and redraws, on any number of threads, and may begin in the middle. */
class ChunkedGradientTest {
    private static final int LENGTH = 53;
    private static final int VOCABULARY = 7;
    private static final TrainingConfig CONFIG = TrainingConfig.defaults()
            .withSteps(6)
            .withWarmupSteps(0)
            .withLearningRate(0.01)
            .withAccumulate(2)
            .withEvalEvery(0)
            .withEpsilon(1e-3) // else gradients that are 0 but for rounding take whole steps
            .withSeed(7);

    private static ComputationGraph net(double dropout) {
        return net(true, dropout);
    }

    private static ComputationGraph net(boolean linear, double dropout) {
        ComputationGraph net = new ComputationGraph(
                model(linear, dropout).graph(new CausalLanguageModel(), CONFIG.updater(), CONFIG.weightDecay(), 3));
        net.init();
        return net;
    }

    private static PerformerConfig model(boolean linear, double dropout) {
        return PerformerConfig.defaults()
                .withVocabulary(VOCABULARY)
                .with("width", 8)
                .with("attention.heads", 2)
                .with("attention.causal", true)
                .with("attention.kind", linear ? "linear" : "exact")
                .with("attention.convolution", 3)
                .with("layers", 2)
                .with("feedForward.hidden", 8)
                .with("attention.features", 8)
                .with("maxTokens", LENGTH)
                .with("dropout", dropout)
                .with("attention.featureMap", "positive")
                .with("attention.redrawInterval", 2);
    }

    /** Returns two sequences, each token the sum of the two before it, up to noise; the second one is shorter. */
    private static Batch batch(long number, int shorter) {
        CounterRandom draws = CounterRandom.of(11, number);
        int[] ids = new int[2 * LENGTH];
        int[] labels = new int[2 * LENGTH];
        boolean[] mask = new boolean[2 * LENGTH];
        int count = 0;
        for (int i = 0; i < ids.length; i++) {
            int at = i % LENGTH;
            boolean real = i < LENGTH || at < shorter;
            ids[i] = at < 2 ? draws.nextInt(VOCABULARY) : (ids[i - 1] + ids[i - 2]) % VOCABULARY;
            mask[i] = real;
            labels[i] = Batch.IGNORED;
            if (at > 0 && real) {
                labels[i - 1] = ids[i];
                count++;
            }
        }
        return Batch.of(Column.ids(ids, mask, 0, 2, LENGTH), Column.ids(labels, null, Batch.IGNORED, 2, LENGTH), count);
    }

    private static BatchSource source() {
        return (seed, epoch) -> {
            Iterator<Batch> batches =
                    IntStream.range(0, 20).mapToObj(i -> batch(i, 20 + i)).iterator();
            return new BatchStream() {
                @Override
                public boolean hasNext() {
                    return batches.hasNext();
                }

                @Override
                public Batch next() {
                    return batches.next();
                }

                @Override
                public void close() {}
            };
        };
    }

    private static ComputationGraph trained(double dropout, TrainingConfig config) throws IOException {
        ComputationGraph net = net(dropout);
        new Trainer(net, config, source()).train();
        return net;
    }

    private static float[] bits(INDArray params) {
        return params.dup().data().asFloat();
    }

    private static void close(INDArray actual, INDArray expected, double bound) {
        assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThanOrEqualTo(bound);
    }

    @Test
    void aRunInChunksIsTheRun() throws IOException {
        INDArray start = net(0).params();
        INDArray whole = trained(0, CONFIG).params();
        assertThat(whole.sub(start).amaxNumber().doubleValue()).isGreaterThan(0.03);
        for (int chunk : new int[] {16, 20, LENGTH, 100}) {
            INDArray chunked = trained(0, CONFIG.withChunk(chunk)).params();
            close(chunked, whole, 1e-4);
            assertThat(bits(trained(0, CONFIG.withChunk(chunk).withThreads(2)).params()))
                    .isEqualTo(bits(chunked));
        }
        assertThat(bits(trained(0, CONFIG.withChunk(LENGTH)).params())).isEqualTo(bits(whole));
    }

    /** The second half of the run in chunks; what the first step's gradient is shows without an updater's help. */
    @Test
    void chunksMayBeginInTheMiddle() throws IOException {
        ComputationGraph half = net(0);
        Trainer first = new Trainer(half, CONFIG.withSchedule(Shape.CONSTANT).withSteps(3), source());
        first.train();
        TrainingConfig rest = CONFIG.withSchedule(Shape.CONSTANT);
        ComputationGraph whole = net(0);
        Trainer a = new Trainer(whole, rest, source());
        a.restore(half, first.state());
        a.train();
        ComputationGraph chunked = net(0);
        Trainer b = new Trainer(chunked, rest.withChunk(16), source());
        b.restore(half, first.state());
        b.train();
        close(chunked.params(), whole.params(), 1e-4);
        assertThat(bits(chunked.params())).isNotEqualTo(bits(whole.params()));
    }

    @Test
    void dropoutIsDrawnForEachChunkAndRepeats() throws IOException {
        INDArray once = trained(0.3, CONFIG.withChunk(16)).params();
        assertThat(bits(trained(0.3, CONFIG.withChunk(16).withThreads(2)).params()))
                .isEqualTo(bits(once));
        assertThat(bits(trained(0, CONFIG.withChunk(16)).params())).isNotEqualTo(bits(once));
    }

    /** With accumulation, clipping, dropout and redraws, on any number of threads, and from the middle of a run on: the same bits. */
    @Test
    void recomputedActivationsGiveTheBitsOfKeptOnes() throws IOException {
        for (int chunk : new int[] {0, 16}) {
            TrainingConfig config = CONFIG.withChunk(chunk);
            float[] kept = bits(trained(0.3, config).params());
            for (int threads : new int[] {1, 2}) {
                assertThat(bits(trained(0.3, config.withRecompute(true).withThreads(threads))
                                .params()))
                        .isEqualTo(kept);
            }
            ComputationGraph half = net(0.3);
            TrainingConfig constant = config.withSchedule(Shape.CONSTANT);
            Trainer first = new Trainer(half, constant.withSteps(3), source());
            first.train();
            ComputationGraph resumed = net(0.3);
            Trainer second = new Trainer(resumed, constant.withRecompute(true), source());
            second.restore(half, first.state());
            second.train();
            assertThat(bits(resumed.params()))
                    .isEqualTo(bits(trained(0.3, constant).params()));
        }
    }

    @Test
    void whatCannotGoInChunksIsRefused() {
        assertThatThrownBy(() -> CONFIG.withChunk(-1)).hasMessageContaining("chunk must not be negative; chunk=-1");
        ComputationGraph exact = net(false, 0);
        assertThatThrownBy(() -> new Trainer(exact, CONFIG.withChunk(16), source()).train())
                .hasMessageContaining("sequences go in chunks only through layers that carry a state");
        ComputationGraph listened = net(0);
        listened.setListeners(new BaseTrainingListener() {
            @Override
            public void onForwardPass(Model model, Map<String, INDArray> activations) {}
        });
        assertThatThrownBy(() -> new Trainer(listened, CONFIG.withChunk(16), source()).train())
                .hasMessage("listeners of forward passes need whole sequences; training.chunk=16");
        Batch none = without(batch(1, 20), 0, LENGTH);
        assertThatThrownBy(() -> new ChunkedGradient(null, none, 16))
                .hasMessage("a batch in chunks must predict a token; training.chunk=16, tokens=53");
    }

    /** Returns the batch without labels from a token of each row to another. */
    private static Batch without(Batch batch, int from, int to) {
        int[] labels = batch.label().ids().clone();
        int count = 0;
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % LENGTH >= from && i % LENGTH < to ? Batch.IGNORED : labels[i];
            count += labels[i] == Batch.IGNORED ? 0 : 1;
        }
        return Batch.of(batch.input(), Column.ids(labels, null, Batch.IGNORED, 2, LENGTH), count);
    }

    /** Rows of unknown words predict nothing for longer than a chunk: the gradient of later tokens goes through it, exactly. */
    @ParameterizedTest
    @CsvSource({"0,8", "0,24", "8,16", "12,41", "16,40", "40,53", "45,47"})
    void aChunkWithoutAnythingToPredictAddsNothing(int from, int to) {
        ComputationGraph net = new ComputationGraph(
                model(true, 0).graph(new CausalLanguageModel(), CONFIG.updater(), 0, 3, DataType.DOUBLE));
        net.init();
        Batch batch = without(batch(1, 50), from, to);
        MicroBatchPass pass =
                new MicroBatchPass(net, b -> BatchEncoder.columns().encode(b, DataType.DOUBLE), 0, null);
        double loss = pass.compute(batch);
        INDArray whole = net.getFlattenedGradients().dup();
        double chunked = new ChunkedGradient(pass, batch, 8).compute();
        assertThat(chunked).isCloseTo(loss, within(1e-10));
        double largest = whole.amaxNumber().doubleValue();
        assertThat(largest).isGreaterThan(1e-3);
        close(net.getFlattenedGradients(), whole, 1e-10 * largest);
    }
}
