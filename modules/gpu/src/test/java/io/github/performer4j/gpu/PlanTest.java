package io.github.performer4j.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.NetPrograms;
import io.github.performer4j.core.schedule.FusedAdam;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.gpu.device.Product;
import io.github.performer4j.gpu.program.DeviceMemory;
import io.github.performer4j.gpu.program.DeviceStepper;
import io.github.performer4j.gpu.program.StepOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;

/** What a training step asks of a device, counted from the calls of the step itself, and how long that takes at the peaks of some devices: the table of docs/gpu.md. */
class PlanTest {
    private static final int LAYERS = 12;
    private static final int WIDTH = 768;
    private static final int TOKENS = 8192;
    private static final double TERA = 1e12;

    /**
     * A device's limits, as its data sheet has them, without sparsity.
     *
     * @param float32 operations a second
     * @param tensor bfloat16 operations a second on tensor cores, sums in float32
     * @param bandwidth bytes a second
     */
    private record Peak(String name, double float32, double tensor, double bandwidth) {}

    private static final List<Peak> PEAKS = List.of(
            new Peak("H200", 67 * TERA, 989 * TERA, 4.8 * TERA),
            new Peak("A100 80 GB", 19.5 * TERA, 312 * TERA, 2.04 * TERA),
            new Peak("RTX 4090", 82.6 * TERA, 165.2 * TERA, 1.01 * TERA));

    /** What a step asks for. */
    private record Cost(
            long launches, double kernelBytes, double products, double operations, double productBytes, double memory) {
        Cost plus(Cost other, double times) {
            return new Cost(
                    launches + Math.round(times * other.launches),
                    kernelBytes + times * other.kernelBytes,
                    products + times * other.products,
                    operations + times * other.operations,
                    productBytes + times * other.productBytes,
                    memory + times * other.memory);
        }

        double seconds(double peak, double bandwidth) {
            return Math.max(operations / peak, productBytes / bandwidth) + kernelBytes / bandwidth;
        }
    }

    private static Cost cost(int layers, boolean causal, boolean recompute) {
        PerformerConfig config = PerformerConfig.defaults()
                .with("embedding.vocabulary", 256)
                .with("maxTokens", TOKENS)
                .with("width", WIDTH)
                .with("attention.heads", WIDTH / 64)
                .with("attention.features", 256)
                .with("layers", layers)
                .with("feedForward.hidden", 4 * WIDTH)
                .with("dropout", 0)
                .withCausal(causal);
        Task task = causal ? new CausalLanguageModel() : new MaskedLanguageModel();
        ComputationGraph net = new ComputationGraph(config.graph(task, new FusedAdam(1e-3, 0.9, 0.98, 1e-8), 0.1, 29));
        net.init();
        CountingDevice device = new CountingDevice();
        StepOptions options = new StepOptions(true, recompute, 1);
        List<DeviceMemory> memories = List.of(new DeviceMemory(device));
        try (Stepper stepper = new DeviceStepper(memories, NetPrograms.of(net), net, options)) {
            device.clear();
            List<Stepper.Rows> batch = List.of(new Stepper.Rows(1, TOKENS, new int[TOKENS], null, new int[TOKENS]));
            stepper.step(batch, 0, 1e-3, 1);
            Cost first = cost(device);
            device.clear();
            stepper.step(batch, 1, 1e-3, 1);
            assertThat(device.allocations())
                    .as("memory is taken in the first step alone")
                    .isZero();
            assertThat(device.launches()).isEqualTo(first.launches());
            return first;
        }
    }

    private static Cost cost(CountingDevice device) {
        List<Product> products = device.products();
        return new Cost(
                device.launches(),
                device.kernelBytes(),
                products.size(),
                products.stream().mapToDouble(Product::operations).sum(),
                products.stream().mapToDouble(Product::bytes).sum(),
                device.most());
    }

    private static List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add("| attention | kernels | products | operations | bytes of kernels | bytes of products | memory |");
        lines.add("|---|---|---|---|---|---|---|");
        List<String> times = new ArrayList<>();
        times.add("| attention | device | float32 | bfloat16 products |");
        times.add("|---|---|---|---|");
        for (int kind = 0; kind < 4; kind++) {
            boolean causal = kind % 2 == 1;
            boolean recompute = kind > 1;
            String name = (causal ? "causal" : "bidirectional") + (recompute ? ", recompute" : "");
            Cost one = cost(1, causal, false);
            Cost two = cost(2, causal, false);
            Cost all = one.plus(two.plus(one, -1), LAYERS - 1);
            if (recompute) { // all layers but the last one
                all = all.plus(cost(2, causal, true).plus(two, -1), LAYERS - 1);
            }
            lines.add(String.format(
                    Locale.ROOT,
                    "| %s | %d | %.0f | %.2f T | %.1f GB | %.1f GB | %.1f GB |",
                    name,
                    all.launches(),
                    all.products(),
                    all.operations() / TERA,
                    all.kernelBytes() / 1e9,
                    all.productBytes() / 1e9,
                    all.memory() / 1e9));
            for (Peak peak : PEAKS) {
                times.add(String.format(
                        Locale.ROOT,
                        "| %s | %s | %.0f ms | %.0f ms |",
                        name,
                        peak.name(),
                        1e3 * all.seconds(peak.float32(), peak.bandwidth()),
                        1e3 * all.seconds(peak.tensor(), peak.bandwidth())));
            }
        }
        lines.add("");
        lines.addAll(times);
        return lines;
    }

    @Test
    void theDocsHaveTheTable() throws IOException {
        String table = String.join("\n", table());
        String docs = Files.readString(Path.of("..", "..", "docs", "gpu.md"));
        assertThat(docs).as("docs/gpu.md must have:\n" + table).contains(table);
    }
}
