package io.github.performer4j.cli;

import io.github.performer4j.training.Evaluation;
import io.github.performer4j.training.RunListener.Progress;
import java.util.Locale;

/** Numbers as people read them; the same in bars and in plain lines. */
final class Figures {
    private Figures() {}

    /** Returns minutes and seconds, {@code 3:07}, or {@code 1:02:00} with hours. */
    static String duration(double seconds) {
        long s = Math.round(seconds);
        return s < 3600
                ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    }

    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** Returns {@code step 120  loss 2.871  8,120 tokens/s  3:48 left}; loss and speed are those given. */
    static String step(Progress progress, double loss, double tokensPerSecond) {
        String left = Double.isFinite(progress.secondsLeft()) ? duration(progress.secondsLeft()) + " left" : "";
        return String.format(
                Locale.ROOT, "step %,d  loss %.3f  %,.0f tokens/s  %s", progress.step(), loss, tokensPerSecond, left);
    }

    /** Returns {@code step 200  held-out loss 2.791 (best so far)  accuracy 14.2%}. */
    static String evaluation(long step, Evaluation evaluation, boolean best) {
        return String.format(
                Locale.ROOT,
                "step %,d  held-out loss %.4f%s  accuracy %.1f%%  (order 0: %.4f, order 1: %.4f)",
                step,
                evaluation.loss(),
                best ? ", the best so far" : "",
                100 * evaluation.accuracy(),
                evaluation.baselineOrder0(),
                evaluation.baselineOrder1());
    }
}
