package io.github.performer4j.data.example;

import java.util.List;

/**
 * One example, before a tokenizer and a task make numbers of it. It has either texts or symbols.
 *
 * @param line where it begins in its file, from 1; in binary files and folders the number of the record or file, from 1
 * @param id as in the file, or {@code row-N}, N counting the examples of the file from 1
 * @param texts one text, or two for pairs; empty where symbols are given
 * @param symbols [H·W·C] pixels 0 to 255 in raster order, the channels of a pixel side by side, or [T] ids of a
 *     sequence; null for text. Not copied
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
        List<String> labels,
        String group,
        String time,
        String split) {

    /** Texts an example may have: a pair. */
    static final int MOST_TEXTS = 2;

    /** Checks that there are texts or symbols, and not both. */
    public Example {
        texts = List.copyOf(texts);
        labels = List.copyOf(labels);
        if (texts.isEmpty() == (symbols == null) || texts.size() > MOST_TEXTS) {
            throw new IllegalArgumentException("an example must have one text, two, or symbols; texts=" + texts.size()
                    + ", symbols=" + (symbols == null ? "none" : symbols.length));
        }
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
