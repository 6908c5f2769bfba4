package io.github.performer4j.data.example;

import java.util.List;

/**
 * One example, before a tokenizer and a task make numbers of it. It has either texts, or symbols, or a graph.
 *
 * @param line where it begins in its file, from 1; in binary files and folders the number of the record or file, from 1
 * @param id as in the file, or {@code row-N}, N counting the examples of the file from 1
 * @param texts one text, or two for pairs, hard negatives behind them; empty where symbols or a graph are given
 * @param symbols [H·W·C] pixels 0 to 255 in raster order, the channels of a pixel side by side, or [T] ids of a
 *     sequence; null for text. Not copied
 * @param graph nodes and edges; null for text and symbols
 * @param labels as written, one for each label column; empty if there are none
 * @param group what must stay on one side of a split; null if there is no such column
 * @param time when it was; null if there is no such column
 * @param split the side that the file names for it; null if there is no such column
 */
public record Example(
        long line,
        String id,
        List<String> texts,
        int[] symbols,
        ExampleGraph graph,
        List<String> labels,
        String group,
        String time,
        String split) {

    /** Texts an example may have: a pair and hard negatives. */
    static final int MOST_TEXTS = 34;

    /** Checks that there is one of texts, symbols and a graph. */
    public Example {
        texts = List.copyOf(texts);
        labels = List.copyOf(labels);
        int forms = (texts.isEmpty() ? 0 : 1) + (symbols == null ? 0 : 1) + (graph == null ? 0 : 1);
        if (forms != 1 || texts.size() > MOST_TEXTS) {
            throw new IllegalArgumentException("an example must have one text, two, symbols, or a graph; texts="
                    + texts.size() + ", symbols=" + (symbols == null ? "none" : symbols.length) + ", nodes="
                    + (graph == null ? "none" : graph.nodes()));
        }
    }

    /** Makes an example of texts or symbols. */
    public Example(
            long line,
            String id,
            List<String> texts,
            int[] symbols,
            List<String> labels,
            String group,
            String time,
            String split) {
        this(line, id, texts, symbols, null, labels, group, time, split);
    }

    /**
     * Returns an example of a graph, without group, time and side.
     *
     * @param labels of the graph as a whole; empty if there are none
     */
    public static Example ofGraph(long line, String id, ExampleGraph graph, List<String> labels) {
        return new Example(line, id, List.of(), null, graph, labels, null, null, null);
    }

    /** Returns an example of one text without labels or other columns. */
    static Example ofText(long line, String id, String text) {
        return new Example(line, id, List.of(text), null, List.of(), null, null, null);
    }

    /** Returns the id of an example whose file gives none. */
    static String rowId(long number) {
        return "row-" + number;
    }
}
