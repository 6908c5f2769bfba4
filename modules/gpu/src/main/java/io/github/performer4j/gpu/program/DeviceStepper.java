package io.github.performer4j.gpu.program;

import io.github.performer4j.core.engine.NetProgram;
import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.DeviceMemoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Training steps on a device, or on several that share each batch: parameters, gradients, the updater's state and activations lie there.
 *
 * <pre>
 * on each device r      g_r ← gradient of its sequences, weighed by 1 over the labels of all
 * on the first one      g ← g_0 + g_1 + … in this order, clipped; Adam's step
 * on the others         parameters ← those of the first one
 * </pre>
 */
public final class DeviceStepper implements Stepper {
    private final DeviceMemory memory; // of the first device: its lock is that of the stepper
    private final NetArrays net;
    private final StepNumbers layout;
    private final int vocabulary;
    private final PackedNet packed;
    private final Replicas replicas;
    private final int parameters;
    private final long state;
    private List<Rows> announced;
    private List<StepBlock> blocks;
    private boolean failed;

    /** Steps on one device, as the defaults of {@link StepOptions} say. */
    public DeviceStepper(DeviceMemory memory, NetProgram all, ComputationGraph net) {
        this(List.of(memory), all, net, StepOptions.defaults());
    }

    /**
     * Steps for a net of Deeplearning4j.
     *
     * @param memories of different devices; layers that run by themselves use the first one's
     * @param options whose number of devices is not looked at
     */
    public DeviceStepper(List<DeviceMemory> memories, NetProgram all, ComputationGraph net, StepOptions options) {
        this(memories, all, NetArrays.of(net), options);
    }

    /** Takes memory for parameters, gradients and state, and the values of the net. */
    public DeviceStepper(List<DeviceMemory> memories, NetProgram all, NetArrays net, StepOptions options) {
        memory = memories.get(0);
        this.net = net;
        layout = new StepNumbers(all);
        vocabulary = Replica.vocabulary(all);
        packed = PackedNet.of(all);
        replicas = new Replicas(memories, all, layout, options);
        parameters = Math.toIntExact(all.parameters());
        state = replicas.first().room("state", net.state().length);
        load();
    }

    @Override
    public void load() {
        synchronized (memory) {
            float[] values = net.parameters();
            replicas.each(replica -> replica.device().write(replica.parameters(), values, 0, values.length));
            float[] moments = net.state();
            memory.device().write(state, moments, 0, moments.length);
        }
    }

    @Override
    public void store() {
        synchronized (memory) {
            net.store(read(replicas.first().parameters(), parameters), read(state, net.state().length));
        }
    }

    private float[] read(long from, int length) {
        float[] values = new float[length];
        memory.device().read(from, values, 0, length);
        return values;
    }

    @Override
    public Step step(List<Rows> batches, long iteration, double rate, double clipNorm) {
        return begin(batches, iteration, rate, clipNorm).await();
    }

    /** {@inheritDoc} They are copied while the step before is computed. */
    @Override
    public void ahead(List<Rows> batches) {
        synchronized (memory) {
            guarded(batches, () -> {
                send(batches);
                announced = batches;
                return null;
            });
        }
    }

    private void send(List<Rows> batches) {
        List<StepBlock> shares = new ArrayList<>();
        replicas.each(
                replica -> shares.add(new StepBlock(batches, vocabulary, packed, shares.size(), replicas.size())));
        replicas.each((replica, number) -> replica.send(shares.get(number)));
        blocks = shares;
    }

    @Override
    public Pending begin(List<Rows> batches, long iteration, double rate, double clipNorm) {
        synchronized (memory) {
            return guarded(batches, () -> begun(batches, iteration, rate, clipNorm));
        }
    }

    private Pending begun(List<Rows> batches, long iteration, double rate, double clipNorm) {
        if (batches != announced) {
            send(batches);
        }
        announced = null;
        List<StepBlock> own = blocks;
        long predicted = Math.max(
                1,
                batches.stream()
                        .flatMapToInt(rows -> IntStream.of(rows.labels()))
                        .filter(label -> label >= 0)
                        .count());
        int[] numbers = layout.words(batches.size(), predicted, clipNorm, iteration, rate);
        Replicas.Results results = replicas.step(own, state, numbers);
        return () -> await(batches, results, predicted);
    }

    private Step await(List<Rows> batches, Replicas.Results results, long predicted) {
        float[] values = new float[results.length()];
        synchronized (memory) {
            guarded(batches, () -> {
                replicas.await();
                memory.device().read(results.at(), values, 0, values.length);
                return null;
            });
        }
        double norm = replicas.norm(values);
        double sum = 0;
        for (int i = results.parts(); i < values.length; i++) {
            sum += values[i];
        }
        double mean = sum / predicted;
        if (!Double.isFinite(mean) || !Double.isFinite(norm)) {
            throw new IllegalStateException("loss and gradient must be finite; loss=" + mean + ", norm=" + norm);
        }
        return new Step(mean, norm);
    }

    private interface Call<T> {
        T make();
    }

    private <T> T guarded(List<Rows> batches, Call<T> call) {
        try {
            return call.make();
        } catch (DeviceMemoryException e) {
            throw new DeviceException(tooLarge(batches, e), e);
        } catch (DeviceException e) {
            failed = true;
            throw e;
        }
    }

    /** Says what would fit: memory of values grows with the tokens of a batch. */
    private String tooLarge(List<Rows> batches, DeviceMemoryException e) {
        Rows largest = batches.stream()
                .reduce((a, b) -> a.ids().length >= b.ids().length ? a : b)
                .orElseThrow();
        int half = Math.max(1, largest.batch() / 2);
        Device device = memory.device();
        String shared = replicas.size() == 1 ? "" : ", devices=" + replicas.size();
        return "a step does not fit the device's memory: smaller batches with accumulate do; batch=" + largest.batch()
                + ", tokens=" + largest.tokens() + shared + ", try batch=" + half + ", device=" + device.description()
                + ", " + e.getMessage();
    }

    @Override
    public void close() {
        synchronized (memory) {
            try {
                replicas.close();
            } catch (DeviceException e) {
                if (!failed) { // a device that was lost has its memory back already
                    throw e;
                }
            }
        }
    }
}
