package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * One way to write the next token of a text, measured.
 *
 * @param way how it comes to what the next token may be
 * @param position tokens before it; 0 for a text from its first token on
 * @param tokenMs median time of a token in ms; null if it was not measured
 * @param ratio that time over the state's at the same position, of the state itself over its own at the first position; null where there is no such
 * @param difference largest difference of probabilities from the state's; null where none is to be expected
 * @param reason why it was not measured; null if it was
 */
public record GenerateRow(String way, int position, Double tokenMs, Double ratio, Double difference, String reason) {
    static final String HEADER =
            String.format(Locale.ROOT, "%-18s %9s %12s %12s %9s", "way", "position", "ms a token", "tokens/s", "ratio");

    private static final double MS_PER_SECOND = 1e3;

    /** Returns tokens a second; null if it was not measured. */
    public Double tokensPerSecond() {
        return tokenMs == null ? null : MS_PER_SECOND / tokenMs;
    }

    String line() {
        String head = String.format(Locale.ROOT, "%-18s %,9d", way, position);
        if (reason != null) {
            return head + "  " + reason;
        }
        return head
                + String.format(Locale.ROOT, " %12.4f %,12.1f", tokenMs, tokensPerSecond())
                + (ratio == null ? "" : String.format(Locale.ROOT, " %,9.2f", ratio));
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("way", way)
                .put("position", position)
                .put("token_ms", tokenMs)
                .put("tokens_per_second", tokensPerSecond())
                .put("ratio", ratio)
                .put("difference", difference)
                .put("reason", reason);
    }
}
