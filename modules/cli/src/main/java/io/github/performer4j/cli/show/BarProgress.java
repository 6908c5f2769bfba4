package io.github.performer4j.cli.show;

import io.github.performer4j.training.step.Outcome;
import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;

/** Progress as a bar on a terminal; evaluations and notes stay as lines above it. */
final class BarProgress extends LineProgress {
    private static final int PARTS = 10_000;
    private static final int REDRAW_MILLIS = 250;
    /** Weight of the newest step in the running mean of loss and speed. */
    private static final double NEWEST = 0.1;

    private final PrintWriter err;
    private final int columns;
    private ProgressBar bar;
    private double loss = Double.NaN;
    private double tokensPerSecond;

    BarProgress(PrintWriter err, int columns) {
        super(err);
        this.err = err;
        this.columns = columns;
    }

    @Override
    public void start(Summary summary) {
        super.start(summary);
        bar = new ProgressBarBuilder()
                .setTaskName("training")
                .setInitialMax(PARTS)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .setRenderer(BarProgress::render)
                .setConsumer(new Line(err, columns))
                .build();
    }

    @Override
    public void step(Progress progress) {
        boolean first = Double.isNaN(loss);
        loss = first ? progress.loss() : loss + NEWEST * (progress.loss() - loss);
        tokensPerSecond = first
                ? progress.tokensPerSecond()
                : tokensPerSecond + NEWEST * (progress.tokensPerSecond() - tokensPerSecond);
        bar.setExtraMessage(Figures.step(progress, loss, tokensPerSecond));
        bar.stepTo(Math.round(progress.fraction() * PARTS));
    }

    @Override
    public void finish(Outcome outcome, long step, double elapsed) {
        bar.close();
    }

    /** Clears the bar's line first; the bar comes back below at its next redraw. */
    @Override
    void print(String line) {
        if (bar != null) {
            Screen.clearLine(err);
        }
        super.print(line);
    }

    /** Returns {@code training [=====>    ]  43%  step …}, cut to the terminal's width. */
    private static String render(ProgressState state, int width) {
        double done = state.getNormalizedProgress();
        int cells = Math.max(8, Math.min(24, width - 70));
        int full = (int) Math.floor(done * cells);
        String bar = "=".repeat(full) + (full < cells ? ">" + " ".repeat(cells - full - 1) : "");
        String text = state.getTaskName() + " [" + bar + "] " + Math.round(100 * done) + "%  "
                + state.getExtraMessage().strip();
        return text.length() <= width ? text : text.substring(0, width);
    }

    /** One line of the terminal, written over and over. */
    private record Line(PrintWriter err, int columns) implements ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return columns - 1;
        }

        @Override
        public void accept(String text) {
            Screen.clearLine(err);
            err.print(text);
            err.flush();
        }

        @Override
        public void close() {
            err.println();
            err.flush();
        }
    }
}
