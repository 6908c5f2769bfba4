package io.github.performer4j.cli.compare;

import java.util.ArrayList;
import java.util.List;

/** Cells as a table in Markdown whose columns are as wide as what is in them; texts stand left, numbers right. */
final class CompareColumns {
    /** The columns of a row: name, figure, difference, parameters, steps, seconds a step, seeds. */
    private static final List<Boolean> RIGHT = List.of(false, false, false, true, true, true, false);

    private static final int STEPS = 4;

    private final boolean steps;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * Makes an empty table.
     *
     * @param steps whether the column of steps is shown: where they are equal they are said once
     */
    CompareColumns(boolean steps) {
        this.steps = steps;
    }

    /** Adds a row, the head first: a cell for each column. */
    void add(List<String> cells) {
        rows.add(cells);
    }

    /** Returns the lines, a rule below the first. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("|");
            StringBuilder rule = new StringBuilder("|");
            for (int i = 0; i < RIGHT.size(); i++) {
                if (i == STEPS && !steps) {
                    continue;
                }
                int width = width(i);
                String padding = " ".repeat(width - row.get(i).length());
                line.append(' ')
                        .append(RIGHT.get(i) ? padding + row.get(i) : row.get(i) + padding)
                        .append(" |");
                rule.append("-".repeat(width + 1)).append(RIGHT.get(i) ? ":|" : "-|");
            }
            lines.add(line.toString());
            if (lines.size() == 1) {
                lines.add(rule.toString());
            }
        }
        return lines;
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
