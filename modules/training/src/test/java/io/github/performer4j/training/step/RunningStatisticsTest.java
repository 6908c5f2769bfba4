package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.Calibration;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.training.batch.BatchEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Training a causal model whose features fit themselves to moving averages. */
class RunningStatisticsTest {
    private static final TrainingConfig CONFIG = TrainingConfig.defaults()
            .withSteps(5)
            .withWarmupSteps(1)
            .withAccumulate(4)
            .withClipNorm(0.05)
            .withSeed(7);

    private static ComputationGraph net(TrainingConfig config, String statistics) {
        PerformerConfig model = PerformerConfig.defaults()
                .withCausal(true)
                .withVocabulary(Toy.VOCABULARY)
                .with("width", 8)
                .with("attention.heads", 2)
                .with("layers", 2)
                .with("feedForward.hidden", 8)
                .with("attention.features", 8)
                .with("maxTokens", Toy.LENGTH)
                .with("dropout", 0)
                .with("attention.statistics", statistics)
                .with("attention.featureMap", "saderf");
        ComputationGraph net =
                new ComputationGraph(model.graph(new CausalLanguageModel(), config.updater(), config.weightDecay(), 3));
        net.init();
        return net;
    }

    private static INDArray train(TrainingConfig config, String statistics, String parameter) throws IOException {
        ComputationGraph net = net(config, statistics);
        new Trainer(net, config, Toy.source(23)).train();
        return parameter == null ? net.params() : net.getLayer("block-1").getParam(parameter);
    }

    @Test
    void everyNumberOfThreadsGivesTheSameBits() throws IOException {
        float[] one = train(CONFIG.withThreads(1), "running", null).dup().data().asFloat();
        for (int threads : new int[] {2, 4}) {
            float[] many = train(CONFIG.withThreads(threads), "running", null)
                    .dup()
                    .data()
                    .asFloat();
            assertThat(many).as("threads=%d", threads).isEqualTo(one);
        }
    }

    /** The weight of the average is known whatever the data are: clipping, decay and Adam do not touch it. */
    @Test
    void stepsMoveTheAverageByItsOwnRate() throws IOException {
        INDArray kept = train(CONFIG, "running", "statistics");
        int half = 1 + 4 + 16;
        for (int h = 0; h < 2; h++) {
            assertThat(kept.getDouble(h, 0)).isCloseTo(1 - Math.pow(0.99, 5), within(1e-6));
            assertThat(kept.getDouble(h, half)).isCloseTo(1 - Math.pow(0.99, 5), within(1e-6));
            for (int l = 0; l < 4; l++) {
                assertThat(kept.getDouble(h, 1 + 4 + 5 * l)).isPositive(); // second moments
            }
        }
        assertThat(train(CONFIG, "fixed", "statistics").amaxNumber().doubleValue())
                .isZero();
    }

    /** After one step the averages are the micro-batches' own moments, taken by calibration with the initial weights, weighted by predicted tokens. */
    @Test
    void aStepIsTheMeanOfItsMicroBatches() throws IOException {
        TrainingConfig config = CONFIG.withSteps(1);
        INDArray kept = train(config, "running", "statistics").castTo(DataType.DOUBLE);
        List<Batch> batches = new ArrayList<>();
        try (BatchStream stream = Toy.source(23).open(config.seed(), 0)) {
            while (batches.size() < 4) {
                Batch next = stream.next();
                if (next.weight() > 0) {
                    batches.add(next);
                }
            }
        }
        double total = batches.stream().mapToDouble(Batch::weight).sum();
        INDArray expected = kept.mul(0);
        for (Batch batch : batches) {
            ComputationGraph net = net(config, "fixed");
            BatchEncoder.Arrays arrays = BatchEncoder.columns().encode(batch, DataType.FLOAT);
            try (Calibration calibration = Calibration.of(net)) {
                net.output(false, arrays.features(), arrays.featureMasks(), null);
                calibration.apply();
            }
            INDArray own = net.getLayer("block-1").getParam("statistics").castTo(DataType.DOUBLE);
            expected.addi(own.mul(0.01 * batch.weight() / total));
        }
        assertThat(batches.stream().mapToDouble(Batch::weight).distinct().count())
                .isGreaterThan(1);
        assertThat(kept.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-6);
    }
}
