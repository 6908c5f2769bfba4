package io.github.performer4j.training.step;

import io.github.performer4j.core.base.Recomputation;
import io.github.performer4j.core.model.Counters;
import io.github.performer4j.core.model.Replica;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.WorkerException;
import io.github.performer4j.kernels.machine.WorkerPool;
import io.github.performer4j.training.batch.BatchEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Worker threads that compute the gradient of one step from its micro-batches.
 *
 * <p>Each worker owns a copy of the graph that shares the parameter array and has a gradient buffer of its own. With n_i predicted
 * things (tokens, examples: {@link Batch#weight}) in micro-batch i and N = Σ n_i, the step's gradient is that of the mean loss over all N,
 *
 * <pre>g = Σ_i (n_i / N) g_i</pre>
 *
 * <p>where g_i is what {@code fit} would hand to the updater: divided by the number of examples where the graph's {@code miniBatch} is on. It is summed in the order of the micro-batches: the sum, and so the whole run, is the same bit for bit for every number of threads.
 * Each thread computes with one BLAS thread (see {@link ThreadLimits}).
 */
final class Workers implements AutoCloseable {
    private final ComputationGraph net;
    private final BatchEncoder encoder;
    private final List<ComputationGraph> replicas = new ArrayList<>();
    private final List<ExecutorService> threads = new ArrayList<>();
    private final int chunk;
    private boolean closed;

    /**
     * Copies the graph and starts the threads.
     *
     * @param net the graph whose parameters are shared; its own gradient buffer receives the sums
     * @param encoder makes the graph's arrays
     * @param count number of threads
     */
    Workers(ComputationGraph net, BatchEncoder encoder, int count) {
        this(net, encoder, count, 0, false);
    }

    /**
     * Copies the graph and starts the threads.
     *
     * @param chunk tokens of a part of long sequences; 0 = sequences are whole
     * @param recompute whether activations are made again in backward passes
     */
    Workers(ComputationGraph net, BatchEncoder encoder, int count, int chunk, boolean recompute) {
        this.net = net;
        this.encoder = encoder;
        this.chunk = chunk;
        ThreadLimits.begin();
        if (net.getFlattenedGradients() == null) {
            net.initGradientsView();
        }
        for (int i = 0; i < count; i++) {
            String name = "performer4j-worker-" + i;
            ComputationGraph replica = replica(net);
            Recomputation.set(replica, recompute);
            replicas.add(replica);
            threads.add(Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, name);
                thread.setDaemon(true);
                return thread;
            }));
        }
    }

    /**
     * The gradient of one step; the vector itself lies in the graph's gradient buffer.
     *
     * @param loss the mean over all that is predicted, without regularisation
     * @param predicted N
     * @param activations of the forward passes; null unless they were asked for
     */
    record Step(double loss, double predicted, Activations activations) {}

    /**
     * Starts computing a step's gradient.
     *
     * @param batches the micro-batches, each with something to predict
     * @param iteration parameter updates done before
     * @param epoch the epoch of the first micro-batch
     * @param activations where to keep those of the forward passes; null = nowhere
     * @return a step to wait for
     */
    Pending start(List<Batch> batches, long iteration, long epoch, Activations activations) {
        double predicted = batches.stream().mapToDouble(Batch::weight).sum();
        Sum sum = new Sum(net.getFlattenedGradients(), predicted, activations);
        AtomicInteger next = new AtomicInteger();
        List<Future<Void>> running = new ArrayList<>();
        for (int w = 0; w < Math.min(replicas.size(), batches.size()); w++) {
            ComputationGraph replica = replicas.get(w);
            running.add(threads.get(w).submit(() -> {
                shareTheCores(batches.size());
                replica.getConfiguration().setIterationCount((int) iteration);
                replica.getConfiguration().setEpochCount((int) epoch);
                for (int i = next.getAndIncrement(); i < batches.size(); i = next.getAndIncrement()) {
                    try {
                        compute(replica, batches.get(i), i, iteration, sum);
                    } catch (Throwable failure) {
                        sum.fail(i, failure);
                        break;
                    }
                }
                return null;
            }));
        }
        return new Pending(running, () -> next.set(batches.size()), sum);
    }

    /** A step being computed. */
    static final class Pending {
        private final List<Future<Void>> running;
        private final Runnable stop;
        private final Sum sum;

        private Pending(List<Future<Void>> running, Runnable stop, Sum sum) {
            this.running = running;
            this.stop = stop;
            this.sum = sum;
        }

        /**
         * Waits for the step; however it ends, no worker computes any more.
         *
         * @throws DivergedException if a loss or gradient is not finite
         * @throws WorkerException if the caller is interrupted, which it stays
         */
        Step await() {
            WorkerPool.awaitAll(running, stop);
            return sum.result();
        }

        /** Waits for the step only so that nothing is written any more; its own failure, if any, is kept with the one that matters. */
        void settle(Throwable reason) {
            try {
                await();
            } catch (RuntimeException | Error later) {
                reason.addSuppressed(later);
            }
        }
    }

    /**
     * Applies a function to every item, in parallel, each call with a graph of its own; however it ends, no worker computes any more.
     *
     * @return the results in the order of the items
     * @throws WorkerException if the caller is interrupted, which it stays
     */
    <A, R> List<R> map(List<A> items, Mapper<A, R> function) {
        AtomicInteger next = new AtomicInteger();
        Runnable stop = () -> next.set(items.size());
        List<Future<List<Indexed<R>>>> running = new ArrayList<>();
        for (int w = 0; w < Math.min(replicas.size(), items.size()); w++) {
            ComputationGraph replica = replicas.get(w);
            Counters.copy(net, replica); // not every replica has a part in every step
            Callable<List<Indexed<R>>> task = () -> {
                shareTheCores(items.size());
                List<Indexed<R>> done = new ArrayList<>();
                try {
                    for (int i = next.getAndIncrement(); i < items.size(); i = next.getAndIncrement()) {
                        done.add(new Indexed<>(i, function.apply(replica, items.get(i))));
                    }
                } catch (RuntimeException | Error e) {
                    stop.run();
                    throw e;
                }
                return done;
            };
            running.add(threads.get(w).submit(task));
        }
        List<R> results = new ArrayList<>(java.util.Collections.nCopies(items.size(), null));
        for (List<Indexed<R>> done : WorkerPool.awaitAll(running, stop)) {
            for (Indexed<R> one : done) {
                results.set(one.index(), one.value());
            }
        }
        return results;
    }

    /** Keeps a worker's kernels on its own thread, unless there is but one item and several threads could share it. */
    private void shareTheCores(int items) {
        CpuKernels.stayOnThisThread(items > 1 || replicas.size() == 1);
    }

    /** A function of a graph and an item. */
    @FunctionalInterface
    interface Mapper<A, R> {
        R apply(ComputationGraph net, A item);
    }

    private record Indexed<R>(int index, R value) {}

    /** Number of worker threads. */
    int count() {
        return replicas.size();
    }

    /** Makes a batch's arrays in the graph's type. */
    BatchEncoder.Arrays encode(Batch batch) {
        return encoder.encode(batch, net.params().dataType());
    }

    /** Ends the threads after what they have begun, and gives their workspaces back; a caller that is interrupted stays so. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<Future<Void>> ends = new ArrayList<>();
        for (ExecutorService thread : threads) {
            ends.add(thread.submit(() -> {
                Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
                return null;
            }));
            thread.shutdown();
        }
        try {
            WorkerPool.awaitAll(ends, () -> {});
        } catch (WorkerException e) {
            // interrupted: they have ended all the same, and whatever ended the work before is what is to be told
        } finally {
            ThreadLimits.end();
        }
    }

    private void compute(ComputationGraph replica, Batch batch, int index, long iteration, Sum sum)
            throws InterruptedException {
        MicroBatchPass pass = new MicroBatchPass(replica, this::encode, index, sum.activations);
        double loss = chunk > 0 && batch.length() > chunk
                ? new ChunkedGradient(pass, batch, chunk).compute()
                : pass.compute(batch);
        INDArray gradient = replica.getFlattenedGradients();
        boolean finite = Double.isFinite(loss) && Double.isFinite(Gradients.norm(gradient));
        sum.turn(index);
        if (!finite) {
            String what = Double.isFinite(loss) ? "the gradient is not finite" : "the loss is " + loss;
            throw new DivergedException(
                    "step " + (iteration + 1) + ": " + what + "; " + Diagnosis.of(replica, pass.arrays()));
        }
        sum.add(index, gradient, loss, batch.weight());
    }

    /** A replica with a gradient buffer of its own. */
    private static ComputationGraph replica(ComputationGraph net) {
        ComputationGraph replica = Replica.of(net);
        replica.initGradientsView();
        Counters.copy(net, replica);
        return replica;
    }

    private static RuntimeException propagate(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause.getMessage(), cause);
    }

    /** The ordered sum of the micro-batches' gradients. */
    private static final class Sum {
        private final INDArray total;
        private final double predicted;
        private final Activations activations;
        private int next;
        private double loss;
        private int failedAt = Integer.MAX_VALUE;
        private Throwable failure;

        Sum(INDArray total, double predicted, Activations activations) {
            this.total = total;
            this.predicted = predicted;
            this.activations = activations;
        }

        /** Waits until all micro-batches before this one are in the sum. */
        synchronized void turn(int index) throws InterruptedException {
            while (next < index && failedAt > index) {
                wait();
            }
            if (failedAt < index) {
                throw new java.util.concurrent.CancellationException("an earlier micro-batch failed");
            }
        }

        synchronized void add(int index, INDArray gradient, double meanLoss, double count) {
            double weight = count / predicted;
            if (count != predicted) {
                gradient.muli(weight);
            }
            if (index == 0) {
                total.assign(gradient);
            } else {
                total.addi(gradient);
            }
            loss += weight * meanLoss;
            next = index + 1;
            notifyAll();
        }

        synchronized void fail(int index, Throwable cause) {
            if (index < failedAt) {
                failedAt = index;
                failure = cause;
            }
            notifyAll();
        }

        synchronized Step result() {
            if (failure != null) {
                throw propagate(failure);
            }
            return new Step(loss, predicted, activations);
        }
    }
}
