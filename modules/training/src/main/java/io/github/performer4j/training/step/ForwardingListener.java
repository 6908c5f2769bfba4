package io.github.performer4j.training.step;

import io.github.performer4j.training.task.Evaluation;
import java.nio.file.Path;
import java.util.Map;

/** Passes everything on to another listener; a base for those that change a little of it. */
public abstract class ForwardingListener implements RunListener {
    private final RunListener next;

    /**
     * Makes a listener.
     *
     * @param next who hears of everything
     */
    protected ForwardingListener(RunListener next) {
        this.next = next;
    }

    @Override
    public void unknown(Path data, Map<String, Long> symbols, String unit) {
        next.unknown(data, symbols, unit);
    }

    @Override
    public void data(String line) {
        next.data(line);
    }

    @Override
    public void start(Summary summary) {
        next.start(summary);
    }

    @Override
    public void step(Progress progress) {
        next.step(progress);
    }

    @Override
    public void evaluation(long step, Evaluation evaluation, boolean best) {
        next.evaluation(step, evaluation, best);
    }

    @Override
    public void checkpoint(long step, Path file) {
        next.checkpoint(step, file);
    }

    @Override
    public void finish(Outcome outcome, long step, double elapsed) {
        next.finish(outcome, step, elapsed);
    }

    @Override
    public void note(String text) {
        next.note(text);
    }
}
