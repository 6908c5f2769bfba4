package io.github.performer4j.cli.show;

import io.github.performer4j.training.step.ForwardingListener;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.task.Evaluation;
import java.nio.file.Path;
import java.util.Map;

/**
 * The progress of one of several runs that are measured apart: all of it but the run's own evaluation, which is of one batch. What there
 * is to say of the data is said once.
 */
public final class OneOfSeveral extends ForwardingListener {
    private final boolean first;

    /**
     * Makes the listener.
     *
     * @param next shows
     * @param first whether the data was not yet spoken of
     */
    public OneOfSeveral(RunListener next, boolean first) {
        super(next);
        this.first = first;
    }

    @Override
    public void unknown(Path data, Map<String, Long> symbols, String unit) {
        if (first) {
            super.unknown(data, symbols, unit);
        }
    }

    @Override
    public void data(String line) {
        if (first) {
            super.data(line);
        }
    }

    @Override
    public void evaluation(long step, Evaluation evaluation, boolean best) {
        // of one batch: the figures of the whole follow
    }

    @Override
    public void checkpoint(long step, Path file) {
        // not for users: a run keeps one, of its end
    }
}
