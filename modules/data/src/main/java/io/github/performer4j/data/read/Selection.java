package io.github.performer4j.data.read;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which documents belong to a side of a split: a bit per document of each file, or a stretch of the one document there is.
 *
 * @param documents file number → numbers of the chosen documents; null for all
 * @param from first token of each document that belongs
 * @param to end of the tokens that belong, exclusive
 */
public record Selection(Map<Integer, BitSet> documents, long from, long to) {
    /** All documents, whole. */
    public static final Selection ALL = new Selection(null, 0, Long.MAX_VALUE);

    /**
     * Selects documents.
     *
     * @param documents numbers of documents
     * @param places which of them
     */
    public static Selection of(long[] documents, BitSet places) {
        Map<Integer, BitSet> chosen = new TreeMap<>();
        for (int i = places.nextSetBit(0); i >= 0; i = places.nextSetBit(i + 1)) {
            chosen.computeIfAbsent((int) (documents[i] >>> Part.FILE_SHIFT), file -> new BitSet())
                    .set((int) (documents[i] & ((1L << Part.FILE_SHIFT) - 1)));
        }
        return new Selection(chosen, 0, Long.MAX_VALUE);
    }

    /** Returns whether a document of a file, by its number there, belongs to the side. */
    public boolean includes(int file, int document) {
        return documents == null || (includesFile(file) && documents.get(file).get(document));
    }

    /** Returns whether a file has documents of the side. */
    public boolean includesFile(int file) {
        return documents == null || documents.containsKey(file);
    }
}
