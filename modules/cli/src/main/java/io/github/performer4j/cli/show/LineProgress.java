package io.github.performer4j.cli.show;

import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.task.Evaluation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;

/** Progress as plain lines at intervals of training time: for logs, pipes and continuous integration. */
class LineProgress implements RunListener {
    private static final double INTERVAL_SECONDS = 10;

    private final PrintWriter err;
    private double nextAt;
    private double losses;
    private double tokensPerSecond;
    private int steps;

    LineProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void unknown(Path data, Map<String, Long> symbols, String unit) {
        Unknowns.report(data, symbols, unit, err);
    }

    @Override
    public void data(String line) {
        print(Printable.line(line));
    }

    @Override
    public void start(Summary summary) {
        print(Figures.count(summary.parameters()) + " parameters, " + summary.threads() + " thread(s)"
                + (summary.firstStep() > 0 ? ", going on after step " + Figures.count(summary.firstStep()) : "")
                + (summary.minutes() > 0 ? ", " + Figures.duration(60 * summary.minutes()) + " of training" : "")
                + (summary.totalSteps() > 0 ? ", " + Figures.count(summary.totalSteps()) + " steps" : ""));
    }

    @Override
    public void step(Progress progress) {
        losses += progress.loss();
        tokensPerSecond += progress.tokensPerSecond();
        steps++;
        if (progress.elapsed() >= nextAt) {
            print(Figures.step(progress, losses / steps, tokensPerSecond / steps));
            nextAt = progress.elapsed() + INTERVAL_SECONDS;
            losses = 0;
            tokensPerSecond = 0;
            steps = 0;
        }
    }

    @Override
    public void evaluation(long step, Evaluation evaluation, boolean best) {
        print(Figures.evaluation(step, evaluation, best));
    }

    @Override
    public void note(String text) {
        print(text);
    }

    /** Writes one line. */
    void print(String line) {
        err.println(line);
        err.flush();
    }
}
