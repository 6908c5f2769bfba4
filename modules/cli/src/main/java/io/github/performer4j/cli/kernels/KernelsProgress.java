package io.github.performer4j.cli.kernels;

import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Screen;
import io.github.performer4j.cli.show.Terminal;
import io.github.performer4j.studies.KernelStudy;
import java.io.PrintWriter;

/** Progress of {@code performer kernels}: one line written over and over on a terminal, a line every ten seconds elsewhere. */
final class KernelsProgress implements KernelStudy.Progress {
    private static final double INTERVAL_SECONDS = 10;

    private final PrintWriter err;
    private final boolean terminal = Terminal.present();
    private final long start;
    private double nextAt = INTERVAL_SECONDS;

    KernelsProgress(PrintWriter err, long nanos) {
        this.err = err;
        this.start = nanos;
    }

    @Override
    public void step(int done, int all) {
        double elapsed = (System.nanoTime() - start) / 1e9;
        String line = "measured " + done + " of " + all + "  " + Figures.duration(elapsed);
        if (terminal) {
            Screen.clearLine(err);
            err.print(done == all ? "" : line);
            err.flush();
        } else if (elapsed >= nextAt) {
            nextAt = elapsed + INTERVAL_SECONDS;
            err.println(line);
            err.flush();
        }
    }

    @Override
    public void note(String text) {
        if (terminal) {
            Screen.clearLine(err);
        }
        err.println(text);
        err.flush();
    }
}
