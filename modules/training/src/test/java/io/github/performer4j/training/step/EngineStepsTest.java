package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.training.batch.BatchEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A run in an engine's memory: what the engine is asked, and when parameters come back. */
class EngineStepsTest {

    /** Adds 1 to each parameter in its own memory, and knows what it was asked. */
    private static final class Adding implements Stepper {
        private final ComputationGraph net;
        private final INDArray own;
        private final List<String> asked = new ArrayList<>();
        private Rows first;
        private List<Rows> announced;
        private long lost = -1;

        Adding(ComputationGraph net) {
            this.net = net;
            own = net.params().dup();
        }

        @Override
        public Step step(List<Rows> batches, long iteration, double rate, double clipNorm) {
            first = first == null ? batches.get(0) : first;
            assertThat(iteration == 0 || batches == announced)
                    .as("batches came ahead")
                    .isTrue();
            asked.add("step " + iteration + " of " + batches.size() + ", clip=" + clipNorm);
            if (iteration == lost) {
                throw new UnsupportedOperationException("the device is lost");
            }
            own.addi(1);
            return new Step(2, 3);
        }

        @Override
        public void ahead(List<Rows> batches) {
            announced = batches;
        }

        @Override
        public void load() {
            own.assign(net.params());
        }

        @Override
        public void store() {
            asked.add("store");
            net.params().assign(own);
        }

        @Override
        public void close() {
            asked.add("close");
        }
    }

    @Test
    void parametersComeBackForCheckpoints() throws IOException {
        TrainingConfig config = TrainingConfig.defaults()
                .withSteps(3)
                .withAccumulate(2)
                .withEvalEvery(0)
                .withClipNorm(0.5)
                .withCheckpointEvery(2);
        ComputationGraph net = Toy.net(config);
        INDArray before = net.params().dup();
        Adding engine = new Adding(net);
        Toy.Memory store = new Toy.Memory();
        Trainer trainer = Toy.trainer(net, config)
                .memory(graph -> Optional.of(new EngineSteps(graph, BatchEncoder.columns(), engine)))
                .store(store);
        assertThat(trainer.train()).isEqualTo(Outcome.FINISHED);
        assertThat(engine.asked)
                .containsExactly(
                        "step 0 of 2, clip=0.5",
                        "step 1 of 2, clip=0.5",
                        "store",
                        "step 2 of 2, clip=0.5",
                        "store",
                        "close");
        assertThat(store.checkpoints).containsExactly(2L, 3L);
        assertThat(net.params().sub(before).sub(3).amaxNumber().doubleValue()).isLessThan(1e-5);
        assertThat(engine.first.ids()).hasSize(engine.first.batch() * engine.first.tokens());
        assertThat(engine.first.labels()).hasSameSizeAs(engine.first.ids());
    }

    @Test
    void whatFailsLeavesTheLastCheckpoint() throws IOException {
        TrainingConfig config =
                TrainingConfig.defaults().withSteps(5).withEvalEvery(0).withCheckpointEvery(2);
        ComputationGraph net = Toy.net(config);
        Adding engine = new Adding(net);
        engine.lost = 3;
        Toy.Memory store = new Toy.Memory();
        Trainer trainer = Toy.trainer(net, config)
                .memory(graph -> Optional.of(new EngineSteps(graph, BatchEncoder.columns(), engine)))
                .store(store);
        assertThatThrownBy(trainer::train).hasMessage("the device is lost");
        assertThat(store.checkpoints).containsExactly(2L);
        assertThat(engine.asked).endsWith("store", "step 2 of 1, clip=0.5", "step 3 of 1, clip=0.5", "close");
    }
}
