package io.github.performer4j.gpu.program;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.engine.NetProgram;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.DeviceMemoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A net's copies on some devices, of which the first one sums up what all give, and updates. */
final class Replicas implements AutoCloseable {
    private final NetProgram net;
    private final List<Replica> all = new ArrayList<>();
    private final List<StepGraphs> graphs = new ArrayList<>();
    private final StepUpdate update;

    /**
     * What a step leaves on the first device: sums of squares of {@link StepUpdate}, then losses of rows.
     *
     * @param at address
     * @param parts how many sums
     * @param rows how many losses
     */
    record Results(long at, int parts, int rows) {
        int length() {
            return parts + rows;
        }

        /** Returns the address of a row's loss. */
        long loss(int row) {
            return at + ((long) parts + row) * Float.BYTES;
        }
    }

    /** Does something with a replica. */
    interface Numbered {
        void run(Replica replica, int number);
    }

    Replicas(List<DeviceMemory> memories, NetProgram net, StepNumbers layout, StepOptions options) {
        this.net = net;
        boolean recorded = options.graphs() && net.stages().stream().noneMatch(stage -> choosesOnHost(stage.program()));
        for (DeviceMemory memory : memories) {
            all.add(new Replica(memory, net, layout, options.recompute()));
            graphs.add(new StepGraphs(memory.device(), recorded));
        }
        update = new StepUpdate(memories.get(0), net.stretches(), net.parameters());
    }

    /** Features that are fitted to each sequence are chosen on the host in the middle of a step, which a graph cannot hold. */
    private static boolean choosesOnHost(LayerProgram program) {
        return program.ops().stream()
                .anyMatch(op -> op instanceof Op.Attend attend
                        && attend.options().kind() != AttentionOptions.Kind.EXACT
                        && attend.options().featureMap().fitted().isPresent());
    }

    Replica first() {
        return all.get(0);
    }

    int size() {
        return all.size();
    }

    void each(Consumer<Replica> call) {
        each((replica, number) -> call.accept(replica));
    }

    /** Does something with each, in their order; of several devices, a failure names its own. */
    void each(Numbered call) {
        for (int i = 0; i < all.size(); i++) {
            try {
                call.run(all.get(i), i);
            } catch (DeviceMemoryException e) {
                throw e;
            } catch (DeviceException e) {
                throw size() == 1
                        ? e
                        : new DeviceException(
                                "one of the devices of a step fails; device=" + (i + 1) + " of " + size() + ", "
                                        + all.get(i).device().description() + ", " + e.getMessage(),
                                e);
            }
        }
    }

    /**
     * Asks for a step of what was {@linkplain Replica#send sent}.
     *
     * @param blocks of each device
     * @param state address of the updater's array on the first one
     * @param numbers of the step
     */
    Results step(List<StepBlock> blocks, long state, int... numbers) {
        int rows = blocks.stream().mapToInt(StepBlock::rows).sum();
        List<StagePass.Step> steps = new ArrayList<>();
        each((replica, number) -> steps.add(replica.prepare(blocks.get(number), numbers)));
        long room = first().room("results", (long) update.parts() + rows);
        Results results = new Results(room, update.parts(), rows);
        Runnable updating = () -> update.apply(
                first().parameters(), first().gradients(), state, steps.get(0).numbers(), results.at(), rows);
        each((replica, number) -> {
            StepBlock block = blocks.get(number);
            long losses = number == 0 ? results.loss(0) : replica.room("losses", block.rows());
            graphs.get(number).run(block.shape(), replica.moved(), () -> {
                replica.differentiate(block, steps.get(number), losses);
                if (size() == 1) {
                    updating.run();
                }
            });
        });
        if (size() > 1) {
            gather(blocks, results);
            updating.run();
            each((replica, number) -> {
                if (number > 0) {
                    replica.device()
                            .copyFrom(first().device(), first().parameters(), replica.parameters(), net.parameters());
                }
            });
        }
        return results;
    }

    /** Adds the gradients of the others to that of the first one, in their order, and brings their losses there. */
    private void gather(List<StepBlock> blocks, Results results) {
        Device to = first().device();
        long n = net.parameters();
        long room = first().room("gradients of others", n);
        int[] row = {blocks.get(0).rows()};
        each((replica, number) -> {
            int rows = blocks.get(number).rows();
            if (number > 0 && rows > 0) {
                to.copyFrom(replica.device(), replica.gradients(), room, n);
                new Launches(to).copy(room, first().gradients(), n, true);
                to.copyFrom(replica.device(), replica.room("losses", rows), results.loss(row[0]), rows);
                row[0] += rows;
            }
        });
    }

    /** Returns the norm of the gradient from what a step left. */
    double norm(float... results) {
        return update.norm(results);
    }

    /** Waits until all devices but the first have done what was asked. */
    void await() {
        each((replica, number) -> {
            if (number > 0) {
                replica.device().synchronize();
            }
        });
    }

    /** {@inheritDoc} What fails is thrown when all were tried. */
    @Override
    public void close() {
        List<DeviceException> failures = new ArrayList<>();
        List<AutoCloseable> open = new ArrayList<>(graphs);
        open.addAll(all);
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (DeviceException e) {
                failures.add(e);
            } catch (Exception e) {
                throw new IllegalStateException("closing memory of a device throws nothing else", e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }
}
