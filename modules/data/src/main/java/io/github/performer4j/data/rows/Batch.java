package io.github.performer4j.data.rows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One batch: named inputs and labels of B rows, and what a scorer wants to know besides.
 *
 * @param size B; rows that only fill up the batch are masked out whole
 * @param inputs name of the graph's input → its array, in the graph's order; the first one has a mask [B,T] of real tokens
 * @param labels name of the graph's output → its labels, in the graph's order; empty for inference
 * @param extras further columns for the scorer, such as true neighbours or the numbers of examples
 * @param weight what the batch counts beside others of a step: the number of things that its loss is a mean over; 0 if it has nothing to learn from
 */
public record Batch(
        int size, Map<String, Column> inputs, Map<String, Column> labels, Map<String, Column> extras, double weight) {
    /** Name of the input of performer4j's graphs: token ids [B,T]. */
    public static final String TOKENS = "tokens";

    /** Name of the second input of nets over graphs: entries of kernels [B,S,2+2L]. */
    public static final String GRAPH = "graph";

    /** Name of the second input of nets with an encoder: token ids of a source, [B,Ts]. */
    public static final String SOURCE = "source";

    /** Name of the output of performer4j's graphs. */
    public static final String HEAD = "head";

    /** Name of the extra column of a language model: at labelled positions the true left neighbour of the token to predict. */
    public static final String LEFT = "left";

    /** Label of positions that are not predicted. */
    public static final int IGNORED = -1;

    /** Checks that all columns have B rows. */
    public Batch {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        extras = Collections.unmodifiableMap(new LinkedHashMap<>(extras));
        if (inputs.isEmpty() || !(weight >= 0)) {
            throw new IllegalArgumentException("a batch must have an input and a weight that is not negative; inputs="
                    + inputs.keySet() + ", weight=" + weight);
        }
        for (Map<String, Column> columns : List.of(inputs, labels, extras)) {
            for (Map.Entry<String, Column> column : columns.entrySet()) {
                if (column.getValue().size(0) != size) {
                    throw new IllegalArgumentException(
                            "all columns must have the batch's rows; batch=" + size + ", column=" + column.getKey()
                                    + ", rows=" + column.getValue().size(0));
                }
            }
        }
    }

    /**
     * Makes a batch of token ids with labels of one output.
     *
     * @param tokens [B,T] ids, with a mask
     * @param labels labels of {@value #HEAD}
     * @param weight what the labels are
     */
    public static Batch of(Column tokens, Column labels, double weight) {
        return new Batch(tokens.size(0), Map.of(TOKENS, tokens), Map.of(HEAD, labels), Map.of(), weight);
    }

    /**
     * Makes a batch of several inputs with labels of one output.
     *
     * @param inputs as {@link Batching#inputs} makes them
     * @param labels labels of {@value #HEAD}
     * @param weight what the labels are
     */
    public static Batch of(Map<String, Column> inputs, Column labels, double weight) {
        return new Batch(labels.size(0), inputs, Map.of(HEAD, labels), Map.of(), weight);
    }

    /** Returns a copy with one more column for the scorer. */
    public Batch with(String name, Column extra) {
        Map<String, Column> more = new LinkedHashMap<>(extras);
        more.put(name, extra);
        return new Batch(size, inputs, labels, more, weight);
    }

    /** Returns the first input. */
    public Column input() {
        return inputs.values().iterator().next();
    }

    /** Returns the labels of the first output. */
    public Column label() {
        return labels.values().iterator().next();
    }

    /** Returns T of the first input. */
    public int length() {
        return input().size(1);
    }

    /** Returns the number of real tokens, padding left out. */
    public int tokens() {
        return input().real();
    }

    /** Returns the number of tokens of the longest row, padding left out: where there is a source, of the longer of both; of packed rows, of the longest sequence. */
    public int longest() {
        if (input().sequences() != null) {
            return longestSequence(input().sequences());
        }
        Column source = inputs.get(SOURCE);
        return Math.max(longest(input()), source == null ? 0 : longest(source));
    }

    private static int longest(Column column) {
        boolean[] mask = column.mask();
        int length = column.size(1);
        if (mask == null || !column.maskedByToken()) {
            return length;
        }
        int longest = 0;
        for (int i = 0; i < mask.length; i++) {
            longest = mask[i] ? Math.max(longest, i % length + 1) : longest;
        }
        return longest;
    }

    private int longestSequence(int... numbers) {
        int longest = 0;
        for (int i = 0, from = 0; i < numbers.length; i++) {
            boolean goes = i > 0 && i % length() > 0 && numbers[i] == numbers[i - 1];
            from = goes ? from : i;
            longest = numbers[i] > 0 ? Math.max(longest, i + 1 - from) : longest;
        }
        return longest;
    }

    /** Returns this batch, a sequence a row, as a packing places its rows. */
    Batch packed(Packing packing) {
        return new Batch(
                packing.rows(), packed(inputs, packing), packed(labels, packing), packed(extras, packing), weight);
    }

    private static Map<String, Column> packed(Map<String, Column> columns, Packing packing) {
        Map<String, Column> packed = new LinkedHashMap<>();
        columns.forEach((name, column) -> packed.put(name, column.packed(packing)));
        return packed;
    }

    /** Returns all rows of several batches as one; shorter rows are padded on the right to the longest. */
    public static Batch join(List<Batch> batches) {
        Batch first = batches.get(0);
        return batches.size() == 1
                ? first
                : new Batch(
                        batches.stream().mapToInt(Batch::size).sum(),
                        join(batches, Part.INPUTS),
                        join(batches, Part.LABELS),
                        join(batches, Part.EXTRAS),
                        batches.stream().mapToDouble(Batch::weight).sum());
    }

    private enum Part {
        INPUTS,
        LABELS,
        EXTRAS
    }

    private Map<String, Column> part(Part part) {
        return part == Part.INPUTS ? inputs : part == Part.LABELS ? labels : extras;
    }

    private static Map<String, Column> join(List<Batch> batches, Part part) {
        Map<String, Column> joined = new LinkedHashMap<>();
        for (String name : batches.get(0).part(part).keySet()) {
            List<Column> columns = new ArrayList<>();
            batches.forEach(batch -> columns.add(batch.part(part).get(name)));
            joined.put(name, Column.join(columns));
        }
        return joined;
    }

    @Override
    public String toString() {
        return "Batch[size=" + size + ", inputs=" + inputs + ", labels=" + labels + ", weight=" + weight + "]";
    }
}
