package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What the vectors of some sequences cost.
 *
 * @param sequences how many
 * @param tokens of each
 * @param ms median time of all
 * @param tokenMicros the same for one token, in µs
 * @param ratio tokenMicros over that of the first row
 * @param peakBytes most memory of the process while they were made; null where the system does not tell
 */
public record EmbedRow(int sequences, int tokens, double ms, double tokenMicros, double ratio, Long peakBytes) {
    static final String HEADER = String.format(
            Locale.ROOT, "%9s %9s %12s %12s %7s %9s", "sequences", "tokens", "ms", "µs a token", "ratio", "peak MiB");

    String line() {
        return String.format(
                Locale.ROOT,
                "%,9d %,9d %,12.1f %12.2f %7.2f %9s",
                sequences,
                tokens,
                ms,
                tokenMicros,
                ratio,
                peakBytes == null ? "-" : String.format(Locale.ROOT, "%,d", peakBytes >> 20));
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("sequences", sequences)
                .put("tokens", tokens)
                .put("ms", ms)
                .put("token_us", tokenMicros)
                .put("ratio", ratio)
                .put("peak_bytes", peakBytes);
    }
}
