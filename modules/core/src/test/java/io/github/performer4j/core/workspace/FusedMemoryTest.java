package io.github.performer4j.core.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.layer.Nets;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.workspace.FusedMemory.Part;
import io.github.performer4j.kernels.memory.FloatBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Memory of the fused layers: it only grows, it stays flat, and threads do not share it. */
class FusedMemoryTest {
    private static final int WARM_UP = 500;
    private static final int STEPS = 2000;
    private static final int ROUNDS = 3;
    private static final long MIB = 1 << 20;

    @Test
    void partsGrowAndStay() {
        FusedMemory memory = new FusedMemory();
        FloatBlock small = memory.block(Part.SAVED, 7);
        assertThat(memory.block(Part.SAVED, 5)).isSameAs(small);
        FloatBlock large = memory.block(Part.SAVED, 11);
        assertThat(large).isNotSameAs(small);
        assertThat(memory.block(Part.SAVED, 7)).isSameAs(large);
        assertThat(memory.block(Part.FRAMES, 7)).isNotSameAs(large);
    }

    /**
     * 2,000 steps after 500 of warm-up, in three shapes: less than 4 MiB more of heap and of native memory that JavaCPP knows of, and less
     * than 24 MiB of resident memory, in which the JVM's own growth shows too: so of three rounds of steps the best one counts. One array
     * [N,E] lost in each step would be 25 MiB in every round.
     */
    @Test
    void memoryStaysFlat() throws IOException {
        PerformerConfig config = Nets.config()
                .with("layers", 2)
                .with("dropout", 0.1)
                .with("width", 26)
                .with("feedForward.hidden", 57);
        ComputationGraph net = Nets.graph(config, DataType.FLOAT);
        steps(net, WARM_UP);
        long heap = heap();
        long pointers = Pointer.totalBytes();
        long grown = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && grown >= 24 * MIB; round++) {
            long resident = resident();
            steps(net, STEPS);
            assertThat(heap() - heap).as("heap").isLessThan(4 * MIB);
            assertThat(Pointer.totalBytes() - pointers).as("native").isLessThan(4 * MIB);
            grown = Math.min(grown, resident() - resident);
        }
        assertThat(grown).as("resident").isLessThan(24 * MIB);
    }

    private static void steps(ComputationGraph net, int count) {
        for (int i = 0; i < count; i++) {
            if (i % 250 == 0) {
                heap(); // ND4J gives native memory back when the heap is collected
            }
            step(net, i, 61 + i % 3);
        }
    }

    /** More nets than cores, at once, each as if it were alone. */
    @Test
    void netsInSeveralThreads() throws Exception {
        List<INDArray> alone = new ArrayList<>();
        int nets = 5;
        for (int i = 0; i < nets; i++) {
            alone.add(trained(i));
        }
        ExecutorService threads = Executors.newFixedThreadPool(nets);
        try {
            List<Future<INDArray>> together = new ArrayList<>();
            for (int i = 0; i < nets; i++) {
                int net = i;
                together.add(threads.submit(() -> trained(net)));
            }
            for (int i = 0; i < nets; i++) {
                TensorAssert.assertIdentical("parameters", together.get(i).get(), alone.get(i));
            }
        } finally {
            threads.shutdown();
        }
    }

    private static INDArray trained(int number) {
        ComputationGraph net = Nets.graph(
                Nets.config().with("dropout", 0.1).with("feedForward.hidden", 17 + 2 * number), DataType.FLOAT);
        for (int i = 0; i < 7; i++) {
            step(net, i, 61 + 13 * number);
        }
        return net.params().dup();
    }

    private static void step(ComputationGraph net, int seed, int tokens) {
        INDArray x = Samples.ids(DataType.FLOAT, seed, Nets.VOCABULARY, 2, tokens);
        INDArray y = Samples.ids(DataType.FLOAT, 50 + seed, Nets.VOCABULARY, 2, tokens);
        net.fit(Nets.feed(net, x, y, null, null).data());
    }

    /** Returns the heap in use when nothing more is given back. */
    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0, better = 0; i < 50 && i < better + 5; i++) {
            System.gc();
            try {
                Thread.sleep(50); // threads of JavaCPP's and ND4J's own clear up
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            long used =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            if (used < least - MIB / 8) {
                better = i;
            }
            least = Math.min(least, used);
        }
        return least;
    }

    /** Returns the process's resident bytes, or 0 where /proc does not tell. */
    private static long resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
