package io.github.performer4j.gpu;

import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.core.model.Counters;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.NetPrograms;
import io.github.performer4j.core.schedule.FusedAdam;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.gpu.device.CudaDevice;
import io.github.performer4j.gpu.device.Libraries;
import io.github.performer4j.gpu.device.Precision;
import io.github.performer4j.gpu.program.DeviceMemory;
import io.github.performer4j.gpu.program.DeviceStepper;
import io.github.performer4j.gpu.program.StepOptions;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** A language model of two small layers, sequences that follow a rule, and steps on devices of the emulated driver. */
final class SmallNet {
    static final int VOCABULARY = 13;
    static final double RATE = 3e-3;
    static final double CLIP = 0.4;

    private SmallNet() {}

    /** Projections are redrawn each third step, entries dropped, layers of width 6. */
    static PerformerConfig config() {
        return PerformerConfig.defaults()
                .with("embedding.vocabulary", VOCABULARY)
                .with("maxTokens", 19)
                .with("attention.heads", 1)
                .with("attention.features", 5)
                .with("attention.redrawInterval", 3)
                .with("width", 6)
                .with("layers", 2)
                .with("feedForward.hidden", 7)
                .with("dropout", 0.1)
                .withCausal(true);
    }

    static ComputationGraph net(PerformerConfig config) {
        Task task = config.attention().causal() ? new CausalLanguageModel() : new MaskedLanguageModel();
        ComputationGraph net = new ComputationGraph(config.graph(task, new FusedAdam(RATE, 0.9, 0.98, 1e-8), 0.1, 29));
        net.init();
        net.initGradientsView();
        return net;
    }

    /** Sequences of a rule, with noise; if padded, the last tokens of all but the first are padding. */
    static Stepper.Rows rows(int number, int batch, int tokens, boolean padded) {
        CounterRandom random = CounterRandom.of(3, number);
        int[] ids = new int[batch * tokens];
        int[] labels = new int[batch * tokens];
        float[] mask = new float[batch * tokens];
        for (int b = 0; b < batch; b++) {
            int real = padded && b > 0 ? tokens - 4 : tokens;
            int id = random.nextInt(VOCABULARY);
            for (int t = 0; t < tokens; t++) {
                int next = random.nextInt(5) == 0 ? random.nextInt(VOCABULARY) : (3 * id + 1) % VOCABULARY;
                int at = b * tokens + t;
                ids[at] = t < real ? id : 0;
                labels[at] = t < real ? next : -1;
                mask[at] = t < real ? 1 : 0;
                id = next;
            }
        }
        return new Stepper.Rows(batch, tokens, ids, padded ? mask : null, labels);
    }

    /** The same rows with a second sequence in each, from another token on in each batch. */
    static Stepper.Rows packed(int number, int batch, int tokens) {
        Stepper.Rows rows = rows(number, batch, tokens, true);
        float[] mask = rows.mask().clone();
        for (int i = 0; i < mask.length; i++) {
            mask[i] *= i % tokens > number % (tokens / 2) ? 2 : 1;
        }
        return new Stepper.Rows(batch, tokens, rows.ids(), mask, rows.labels());
    }

    /** The first of the emulated devices. */
    static List<CudaDevice> devices(int count) throws IOException {
        List<CudaDevice> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(CudaDevice.open(new Libraries(Emulation.driver().toString()), Precision.FLOAT32, i));
        }
        return all;
    }

    /**
     * What steps came to.
     *
     * @param losses of each
     * @param norms of each
     * @param parameters at the end
     * @param moments at the end
     */
    record Outcome(List<Double> losses, List<Double> norms, float[] parameters, float[] moments) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Outcome o
                    && losses.equals(o.losses)
                    && norms.equals(o.norms)
                    && Arrays.equals(parameters, o.parameters)
                    && Arrays.equals(moments, o.moments);
        }

        @Override
        public int hashCode() {
            return losses.hashCode();
        }
    }

    /** Makes steps, the batches of each sent ahead while the one before is made. */
    static Outcome run(
            PerformerConfig config,
            List<List<Stepper.Rows>> batches,
            StepOptions options,
            List<DeviceMemory> memories) {
        ComputationGraph net = net(config);
        List<Double> losses = new ArrayList<>();
        List<Double> norms = new ArrayList<>();
        try (Stepper stepper = new DeviceStepper(memories, NetPrograms.of(net), net, options)) {
            for (int i = 0; i < batches.size(); i++) {
                Counters.set(net, i, 0);
                Stepper.Pending pending = stepper.begin(batches.get(i), i, RATE, CLIP);
                if (i + 1 < batches.size()) {
                    stepper.ahead(batches.get(i + 1));
                }
                Stepper.Step made = pending.await();
                Counters.updated(net);
                losses.add(made.loss());
                norms.add(made.gradientNorm());
            }
            stepper.store();
        }
        return new Outcome(
                losses,
                norms,
                net.params().dup('c').data().asFloat(),
                net.getUpdater().getStateViewArray().dup('c').data().asFloat());
    }

    /** The same on emulated devices. */
    static Outcome run(PerformerConfig config, List<List<Stepper.Rows>> batches, StepOptions options, int devices)
            throws IOException {
        List<CudaDevice> opened = devices(devices);
        try {
            return run(
                    config,
                    batches,
                    options,
                    opened.stream().map(DeviceMemory::new).toList());
        } finally {
            opened.forEach(CudaDevice::close);
        }
    }
}
