package io.github.performer4j.training.compare;

import io.github.performer4j.training.step.ForwardingListener;
import io.github.performer4j.training.step.RunListener;

/** Looks at the clock after every step. */
final class ListenerUntil extends ForwardingListener {
    private final Runnable look;

    /**
     * Makes the listener.
     *
     * @param look asks for the run's end when its time is over
     */
    ListenerUntil(RunListener next, Runnable look) {
        super(next);
        this.look = look;
    }

    @Override
    public void step(Progress progress) {
        super.step(progress);
        look.run();
    }
}
