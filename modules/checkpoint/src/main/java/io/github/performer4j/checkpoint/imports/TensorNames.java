package io.github.performer4j.checkpoint.imports;

import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tensors' names in a message, all of them: those that differ by the number of their layer alone stand together, as {@code encoder.layer.{0-11}.output.dense.bias}. */
final class TensorNames {
    /** The first number that is a part of a name by itself; what is longer, or begins with 0, is no number of a layer. */
    private static final Pattern NUMBER = Pattern.compile("(?<![^._/])(?:0|[1-9]\\d{0,5})(?![^._/])");

    /** Families that a message lists: those of damaged files have no end. */
    private static final int MOST = 200;

    private TensorNames() {}

    /**
     * Lists names in brackets.
     *
     * @param names each with what else is said of it, such as its shape
     */
    static String listed(Collection<String> names) {
        Map<String, TreeSet<Integer>> families = new TreeMap<>();
        for (String name : names) {
            Matcher number = NUMBER.matcher(name);
            if (number.find()) {
                families.computeIfAbsent(
                                name.substring(0, number.start()) + '\0' + name.substring(number.end()),
                                any -> new TreeSet<>())
                        .add(Integer.valueOf(number.group()));
            } else {
                families.put(name, new TreeSet<>());
            }
        }
        StringJoiner listed = new StringJoiner(", ", "[", "]");
        families.entrySet().stream()
                .limit(MOST)
                .forEach(family -> listed.add(
                        family.getValue().isEmpty()
                                ? family.getKey()
                                : family.getKey().replace("\0", written(family.getValue()))));
        if (families.size() > MOST) {
            listed.add("and " + (families.size() - MOST) + " more");
        }
        return listed.toString();
    }

    private static String written(TreeSet<Integer> numbers) {
        if (numbers.size() == 1) {
            return numbers.first().toString();
        }
        StringJoiner ranges = new StringJoiner(",", "{", "}");
        for (int first : numbers) {
            if (!numbers.contains(first - 1)) {
                int last = first;
                while (numbers.contains(last + 1)) {
                    last++;
                }
                ranges.add(last == first ? String.valueOf(first) : first + "-" + last);
            }
        }
        return ranges.toString();
    }
}
