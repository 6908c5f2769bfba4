package io.github.performer4j.core.task;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names of labels, and other names of tasks' settings. */
final class Labels {
    private Labels() {}

    /** Returns a copy of the names, which must be at least so many and different; null if there are none yet. */
    static List<String> checked(List<String> labels, int least) {
        if (labels == null) {
            return null;
        }
        Set<String> seen = new HashSet<>();
        for (String label : labels) {
            if (label == null || label.isEmpty() || !seen.add(label)) {
                throw new IllegalArgumentException(
                        "labels must be different and not empty; label=" + label + ", labels=" + labels.size());
            }
        }
        if (labels.size() < least) {
            throw new IllegalArgumentException("there must be at least " + least + " labels; labels=" + labels);
        }
        return List.copyOf(labels);
    }

    /** Returns a copy of a matrix; null if there is none. */
    static List<List<Double>> matrix(List<List<Double>> rows) {
        return rows == null ? null : rows.stream().map(List::copyOf).toList();
    }

    /** Returns the number of labels in words. */
    static String count(List<String> labels) {
        return labels == null ? "those of its training data" : String.valueOf(labels.size());
    }

    /** Returns a name in the form in which it is written. */
    static String oneOf(String key, String name, String... known) {
        for (String one : known) {
            if (name != null && one.equals(name.toLowerCase(Locale.ROOT).replace('_', '-'))) {
                return one;
            }
        }
        throw new IllegalArgumentException(
                "unknown " + key + "; " + key + "=" + name + ", known=" + String.join(", ", known));
    }
}
