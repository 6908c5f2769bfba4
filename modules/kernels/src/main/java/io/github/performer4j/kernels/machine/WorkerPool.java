package io.github.performer4j.kernels.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A fixed number of daemon threads that run independent tasks; results come back in the order of the tasks, whoever finished first.
 *
 * <p>A pool of one thread has no thread at all: the caller runs its tasks itself. A task that fails stops those which have not
 * begun, and its exception reaches the caller, as itself where it is unchecked. A task must not wait for another task of the same
 * pool.
 *
 * <p>However a call ends, by a result, a failure, an interrupt or because the pool is closed, none of its tasks runs any more: tasks write to
 * memory that is the caller's, who may free it or write to it next.
 */
public final class WorkerPool implements AutoCloseable {
    private final int threads;
    private final ExecutorService executor;
    private volatile boolean closed;

    /**
     * Starts the threads.
     *
     * @param name what the threads are called, with their number appended
     * @param threads number of threads, positive
     * @throws IllegalArgumentException if the number is not positive
     */
    public WorkerPool(String name, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be positive; threads=" + threads);
        }
        this.threads = threads;
        AtomicInteger number = new AtomicInteger();
        executor = threads == 1
                ? null
                : Executors.newFixedThreadPool(threads, task -> {
                    Thread thread = new Thread(task, name + "-" + number.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Returns the number of threads. */
    public int threads() {
        return threads;
    }

    /**
     * Runs tasks and waits for all of them.
     *
     * @param tasks independent of each other
     * @param <T> type of the results
     * @return results, in the order of the tasks
     * @throws WorkerException if a task throws a checked exception, which is its cause; or if the caller is interrupted while it waits, after
     *     the tasks that have begun have ended: the others are not run, and the caller stays interrupted
     * @throws IllegalStateException if the pool is closed
     */
    public <T> List<T> run(List<? extends Callable<T>> tasks) {
        if (closed) {
            throw new IllegalStateException("the pool is closed; threads=" + threads);
        }
        return executor == null ? runHere(tasks) : runThere(tasks);
    }

    /**
     * Runs {@code task} for 0 … n − 1 and waits for all of them; see {@link #run}.
     *
     * @param n number of tasks, not negative
     * @param task from an index to its result
     * @param <T> type of the results
     * @return results, by index
     * @throws IllegalArgumentException if n is negative
     */
    public <T> List<T> forEach(int n, IntFunction<? extends T> task) {
        if (n < 0) {
            throw new IllegalArgumentException("number of tasks must not be negative; n=" + n);
        }
        List<Callable<T>> tasks = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            int index = i;
            tasks.add(() -> task.apply(index));
        }
        return run(tasks);
    }

    /** Ends the threads after the tasks they have begun; those that wait in the queue are not run. */
    @Override
    public void close() {
        closed = true;
        if (executor != null) {
            executor.shutdownNow().forEach(task -> ((Future<?>) task).cancel(false));
        }
    }

    private static <T> List<T> runHere(List<? extends Callable<T>> tasks) {
        List<T> results = new ArrayList<>(tasks.size());
        for (Callable<T> task : tasks) {
            try {
                results.add(task.call());
            } catch (Exception e) {
                throw unchecked(e);
            }
        }
        return results;
    }

    private <T> List<T> runThere(List<? extends Callable<T>> tasks) {
        AtomicBoolean stopped = new AtomicBoolean();
        List<Future<T>> futures = new ArrayList<>(tasks.size());
        Throwable refused = null;
        try {
            tasks.forEach(task -> futures.add(executor.submit(() -> unlessStopped(task, stopped))));
        } catch (RejectedExecutionException
                | Error e) { // closed meanwhile, or no thread to be had: earlier ones may run
            stopped.set(true);
            refused = e;
        }
        try {
            List<T> results = awaitAll(futures, () -> stopped.set(true));
            if (refused == null) {
                return results;
            }
        } catch (CancellationException e) {
            refused = e;
        }
        if (refused instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException("the pool was closed while tasks waited; threads=" + threads, refused);
    }

    /**
     * Waits until all tasks have ended, however one of them or the wait ends: none is cancelled, because a task that is cancelled while it runs
     * no longer tells when it ends.
     *
     * @param futures of tasks that have been submitted
     * @param stop called when the caller is interrupted, or comes to a task that has failed, perhaps more than once: lets tasks that have not
     *     begun end at once
     * @param <T> type of the results
     * @return results, in the order of the tasks
     * @throws WorkerException if a task throws a checked exception, which is its cause; or if the caller is interrupted, which it stays
     * @throws CancellationException if a task was cancelled before it began
     */
    public static <T> List<T> awaitAll(List<Future<T>> futures, Runnable stop) {
        List<T> results = new ArrayList<>(futures.size());
        Throwable failure = null;
        InterruptedException interrupted = null;
        for (int i = 0; i < futures.size(); ) {
            try {
                results.add(futures.get(i).get());
                i++;
            } catch (InterruptedException e) { // the same once more
                interrupted = e;
                stop.run();
            } catch (ExecutionException | CancellationException e) {
                Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
                failure = failure == null || failure instanceof CancellationException ? cause : failure;
                stop.run();
                i++;
            }
        }
        if (interrupted != null) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw unchecked(failure);
        }
        if (interrupted != null) {
            throw new WorkerException("interrupted while waiting for workers; tasks=" + futures.size(), interrupted);
        }
        return results;
    }

    /** Calls a task, or returns null without calling it if another one has failed or nobody wants the result. */
    private static <T> T unlessStopped(Callable<T> task, AtomicBoolean stopped) throws Exception {
        if (stopped.get()) {
            return null;
        }
        boolean done = false;
        try {
            T result = task.call();
            done = true;
            return result;
        } finally {
            if (!done) {
                stopped.set(true);
            }
        }
    }

    private static RuntimeException unchecked(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        if (e instanceof RuntimeException runtime) {
            return runtime;
        }
        return new WorkerException("a worker's task failed; " + e.getMessage(), e);
    }
}
