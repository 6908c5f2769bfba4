package io.github.performer4j.checkpoint;

import io.github.performer4j.core.model.Counters;
import io.github.performer4j.core.model.Replica;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Steps through one net for threads that compute at once, each with a replica of its own that shares the parameters.
 *
 * @param <S> the steps
 */
final class StepPool<S> {
    private final ComputationGraph net;
    private final Function<ComputationGraph, S> maker;
    private final String obstacle;
    private final Deque<Steps<S>> free = new ArrayDeque<>();

    /** A replica and its steps. */
    record Steps<S>(ComputationGraph replica, S steps) {}

    /**
     * Makes an empty pool.
     *
     * @param obstacle why the net cannot go on from a state; null if it can
     * @param maker makes the steps of a replica
     */
    StepPool(ComputationGraph net, String obstacle, Function<ComputationGraph, S> maker) {
        this.net = net;
        this.maker = maker;
        this.obstacle = obstacle;
    }

    /** Returns why the net cannot go on from a state; null if it can. */
    String obstacle() {
        return obstacle;
    }

    /** Takes steps; null where there is an obstacle. */
    synchronized Steps<S> take() {
        if (obstacle != null) {
            return null;
        }
        Steps<S> steps = free.poll();
        if (steps == null) {
            ComputationGraph replica = Replica.of(net);
            return new Steps<>(replica, maker.apply(replica));
        }
        Counters.copy(net, steps.replica()); // the net may have been trained on since
        return steps;
    }

    /** Gives them back; those of a failed call are left to the collector. */
    synchronized void give(Steps<S> steps) {
        if (steps != null) {
            free.push(steps);
        }
    }
}
