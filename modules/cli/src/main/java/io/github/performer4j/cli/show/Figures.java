package io.github.performer4j.cli.show;

import io.github.performer4j.training.score.FigureNames;
import io.github.performer4j.training.step.RunListener.Progress;
import io.github.performer4j.training.task.Evaluation;
import java.util.Locale;

/** Numbers as people read them; the same in bars and in plain lines. */
public final class Figures {
    private Figures() {}

    /** Returns minutes and seconds, {@code 3:07}, or {@code 1:02:00} with hours. */
    public static String duration(double seconds) {
        long s = Math.round(seconds);
        return s < 3600
                ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    }

    /** Returns {@code 12,345}. */
    public static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** Returns {@code step 120  loss 2.871  8,120 tokens/s  3:48 left}; loss and speed are those given. */
    static String step(Progress progress, double loss, double tokensPerSecond) {
        String left = Double.isFinite(progress.secondsLeft()) ? duration(progress.secondsLeft()) + " left" : "";
        return String.format(
                Locale.ROOT, "step %,d  loss %.3f  %,.0f tokens/s  %s", progress.step(), loss, tokensPerSecond, left);
    }

    /** Returns {@code step 200  held-out loss 2.791, the best so far  accuracy 14.2%  (order0 2.9021, order1 2.8911)}. */
    static String evaluation(long step, Evaluation evaluation, boolean best) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "step %,d  held-out %s %.4f%s",
                step,
                evaluation.primary().equals("loss") ? "loss" : FigureNames.words(evaluation.primary()),
                evaluation.value(),
                best ? ", the best so far" : ""));
        Double accuracy = evaluation.figures().get("accuracy");
        if (accuracy != null && !evaluation.primary().equals("accuracy")) {
            line.append(String.format(Locale.ROOT, "  accuracy %.1f%%", 100 * accuracy));
        }
        if (!evaluation.baselines().isEmpty()) {
            line.append("  (");
            evaluation
                    .baselines()
                    .forEach((name, value) -> line.append(line.charAt(line.length() - 1) == '(' ? "" : ", ")
                            .append(name.replaceAll("(?<=order)(?=\\d)", " "))
                            .append(String.format(Locale.ROOT, ": %.4f", value)));
            line.append(')');
        }
        return line.toString();
    }
}
