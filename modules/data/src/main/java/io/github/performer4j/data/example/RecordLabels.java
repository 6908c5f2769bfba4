package io.github.performer4j.data.example;

import io.github.performer4j.data.fasta.FastaRecord;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Where the labels of a FASTA file come from. */
interface RecordLabels {
    /** Records have no labels. */
    RecordLabels NOTHING = record -> Row.NONE;

    /** What is known of a record beside its residues. */
    record Row(List<String> labels, String group, String time, String split) {
        /** Nothing. */
        static final Row NONE = new Row(List.of(), null, null, null);
    }

    /** Returns what is known of a record; null if it is missing and must not be. */
    Row of(FastaRecord record) throws IOException;

    /** Returns what a user should know, once all records are read. */
    default List<String> notes() {
        return List.of();
    }

    /** Returns one line with a count, or none. */
    static List<String> counted(String what, long count) {
        return count == 0 ? List.of() : List.of(String.format(Locale.ROOT, "%s: %,d", what, count));
    }
}
