package io.github.performer4j.training.task;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Names of labels: counted on the training side, then numbered. */
final class LabelNames {
    private final TreeMap<String, Long> counts = new TreeMap<>();

    void count(String label) {
        counts.merge(label, 1L, Long::sum);
    }

    /** Returns how often each name occurs. */
    Map<String, Long> counts() {
        return counts;
    }

    /** Returns the names in their order: whole numbers by size, others by their characters. */
    List<String> names() {
        List<String> names = new ArrayList<>(counts.keySet());
        if (names.stream().allMatch(name -> name.matches("-?\\d{1,9}"))) {
            names.sort((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)));
        }
        return names;
    }

    /** Returns name → id. */
    static Map<String, Integer> ids(List<String> names) {
        Map<String, Integer> ids = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            ids.put(names.get(i), i);
        }
        return ids;
    }

    /** Returns the id of a label. */
    static int id(Map<String, Integer> ids, String label) {
        Integer id = ids.get(label);
        if (id == null) {
            throw new IllegalArgumentException(
                    "a label must be one of those of training; label=" + label + ", known=" + some(ids));
        }
        return id;
    }

    private static String some(Map<String, Integer> ids) {
        List<String> names = ids.keySet().stream().sorted().toList();
        int most = 10;
        return String.join(", ", names.subList(0, Math.min(most, names.size())))
                + (names.size() > most ? ", … (" + names.size() + ")" : "");
    }

    /** Checks that every label that the configuration names has a training example. */
    void requireAll(List<String> names, Path path) {
        for (String name : names) {
            if (!counts.containsKey(name)) {
                throw new IllegalArgumentException("each label must have a training example; path=" + path + ", label="
                        + name + ", labels with some=" + counts.keySet());
            }
        }
    }
}
