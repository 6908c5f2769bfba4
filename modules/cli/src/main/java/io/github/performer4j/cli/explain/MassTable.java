package io.github.performer4j.cli.explain;

import io.github.performer4j.checkpoint.Explanation;
import io.github.performer4j.core.net.AttentionMass;
import java.util.Locale;

/** Mass as tab-separated values: position, token, even mass, then a column for each head, {@code layer/head} with heads from 0. */
final class MassTable {
    private MassTable() {}

    static String of(Explanation e, String... symbols) {
        StringBuilder table = new StringBuilder("position\ttoken\teven");
        for (AttentionMass mass : e.masses()) {
            for (int h = 0; h < mass.heads().length; h++) {
                table.append('\t').append(mass.layer()).append('/').append(h);
            }
        }
        for (int t = 0; t < symbols.length; t++) {
            table.append('\n').append(t + 1).append('\t').append(escaped(symbols[t]));
            table.append('\t').append(number(e.even()[t]));
            for (AttentionMass mass : e.masses()) {
                for (double[] head : mass.heads()) {
                    table.append('\t').append(number(head[t]));
                }
            }
        }
        return table.append('\n').toString();
    }

    private static String escaped(String symbol) {
        return symbol.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }
}
