package io.github.performer4j.checkpoint;

import io.github.performer4j.core.model.Counters;
import io.github.performer4j.core.model.Replica;
import io.github.performer4j.core.net.TokenSteps;
import java.util.ArrayDeque;
import java.util.Deque;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Steps through one net for threads that compute at once, each with a replica of its own that shares the parameters. */
final class StepPool {
    private final ComputationGraph net;
    private final int vocabulary;
    private final String obstacle;
    private final Deque<Steps> free = new ArrayDeque<>();

    /** A replica and its steps. */
    record Steps(ComputationGraph replica, TokenSteps steps) {}

    StepPool(ComputationGraph net, int vocabulary) {
        this.net = net;
        this.vocabulary = vocabulary;
        this.obstacle = TokenSteps.obstacle(net);
    }

    /** Returns why the net cannot go on from a state; null if it can. */
    String obstacle() {
        return obstacle;
    }

    /** Takes steps; null where there is an obstacle. */
    synchronized Steps take() {
        if (obstacle != null) {
            return null;
        }
        Steps steps = free.poll();
        if (steps == null) {
            ComputationGraph replica = Replica.of(net);
            return new Steps(replica, new TokenSteps(replica, vocabulary));
        }
        Counters.copy(net, steps.replica()); // the net may have been trained on since
        return steps;
    }

    /** Gives them back; those of a failed call are left to the collector. */
    synchronized void give(Steps steps) {
        if (steps != null) {
            free.push(steps);
        }
    }
}
