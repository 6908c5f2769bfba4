package io.github.performer4j.data.read;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The parts of several files, one file after the other, each opened when its turn comes. */
public final class FilesReader implements PartReader {
    /** Opens a file by its number. */
    @FunctionalInterface
    public interface Opener {
        /** Opens the file; the caller closes it. */
        PartReader open(int file) throws IOException;
    }

    private final int[] order;
    private final Opener opener;
    private final Map<String, Long> unknown = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();
    private int at;
    private PartReader current;

    /** Reads the files of the given numbers in the given order. */
    public FilesReader(int[] order, Opener opener) {
        this.order = order;
        this.opener = opener;
    }

    @Override
    public Part next() throws IOException {
        while (current != null || at < order.length) {
            if (current == null) {
                current = opener.open(order[at++]);
            }
            Part part = current.next();
            if (part != null) {
                return part;
            }
            close();
        }
        return null;
    }

    @Override
    public Map<String, Long> unknown() {
        return unknown;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public void close() throws IOException {
        if (current != null) {
            notes.addAll(current.notes());
            current.unknown().forEach((symbol, n) -> unknown.merge(symbol, n, Long::sum));
            PartReader done = current;
            current = null;
            done.close();
        }
    }
}
