package io.github.performer4j.training;

import java.nio.file.Path;
import java.util.Map;

/**
 * Passes everything on, and looks at the clock after every step.
 *
 * @param next who hears of it
 * @param look asks for the run's end when its time is over
 */
record ListenerUntil(RunListener next, Runnable look) implements RunListener {
    @Override
    public void unknown(Path data, Map<String, Long> symbols) {
        next.unknown(data, symbols);
    }

    @Override
    public void start(Summary summary) {
        next.start(summary);
    }

    @Override
    public void step(Progress progress) {
        next.step(progress);
        look.run();
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
