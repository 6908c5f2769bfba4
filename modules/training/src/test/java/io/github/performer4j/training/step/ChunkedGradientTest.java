package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.schedule.WarmupSchedule.Shape;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
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
        PerformerConfig model = PerformerConfig.defaults()
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
        ComputationGraph net =
                new ComputationGraph(model.graph(new CausalLanguageModel(), CONFIG.updater(), CONFIG.weightDecay(), 3));
        net.init();
        return net;
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
        Batch gap = batch(1, 20);
        int[] labels = gap.label().ids().clone();
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % LENGTH < 16 ? Batch.IGNORED : labels[i];
        }
        Batch without = Batch.of(gap.input(), Column.ids(labels, null, Batch.IGNORED, 2, LENGTH), 1);
        assertThatThrownBy(() -> new ChunkedGradient(null, without, 16))
                .hasMessage("every chunk must predict a token; take longer ones; training.chunk=16, first token=0");
        assertThat(List.of(new ChunkedGradient(null, without, LENGTH))).hasSize(1);
    }
}
