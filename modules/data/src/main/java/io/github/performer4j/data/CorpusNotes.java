package io.github.performer4j.data;

import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.Part;
import io.github.performer4j.data.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a user should hear of a corpus before its figures are believed, a line each: files left out of a folder, proteins that look like
 * nucleotides, ids that repeat or are missing, sequences too short for a batch. Filled by a pass over the documents.
 */
final class CorpusNotes {
    /** Names shown of those that a line counts. */
    private static final int NAMED = 3;

    private static final String NUCLEOTIDES = "ACGTUN";
    /** Share of A, C, G, T, U and N from which residues look like nucleotides; in proteins it is about a quarter. */
    private static final double NUCLEOTIDE_SHARE = 0.95;
    /** Fewer residues than this prove nothing. */
    private static final long NUCLEOTIDE_LEAST = 30;

    private final boolean protein;
    private final boolean[] nucleotide;
    private final IdSet ids = new IdSet();
    private final Counted repeated = new Counted();
    private final Counted unnamed = new Counted();
    private final Counted brief = new Counted();
    private final List<String> said = new ArrayList<>();
    private long documents;
    private long residues;
    private long nucleotides;

    /**
     * Starts without documents.
     *
     * @param protein whether they are proteins
     * @param tokenizer what their tokens are; null for text, of which tokens are not looked at
     */
    CorpusNotes(boolean protein, Tokenizer tokenizer) {
        this.protein = protein;
        nucleotide = new boolean[protein ? tokenizer.size() : 0];
        for (int id = 0; id < nucleotide.length; id++) {
            String symbol = tokenizer.symbol(id);
            nucleotide[id] = symbol.length() == 1 && NUCLEOTIDES.contains(symbol);
        }
    }

    /** Looks at one part, which has its name. */
    void add(Part part) {
        if (part.first()) {
            document(part.title(), part.trivial());
        }
        if (!protein) {
            return;
        }
        for (int i = 0; i < part.tokens().length(); i++) {
            nucleotides += nucleotide[part.tokens().get(i)] ? 1 : 0;
        }
        residues += part.tokens().length();
        String id = Document.id(part.name());
        if (id.isEmpty()) {
            unnamed.add(part.title());
        } else if (ids.seen(id)) {
            repeated.add(id);
        }
    }

    /**
     * Counts a document.
     *
     * @param trivial whether it has fewer than two tokens
     */
    void document(String name, boolean trivial) {
        documents++;
        if (trivial) {
            brief.add(name);
        }
    }

    /** Adds a line of another's. */
    void say(String line) {
        said.add(line);
    }

    /** Returns the lines, each with the corpus's path in front. */
    List<String> lines(CorpusFiles files) {
        List<String> lines = new ArrayList<>();
        String leftOut = files.folder().leftOutLine();
        if (!leftOut.isEmpty()) {
            lines.add(leftOut);
        }
        if (residues >= NUCLEOTIDE_LEAST && nucleotides >= NUCLEOTIDE_SHARE * residues) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%.0f%% of the residues are A, C, G, T, U or N, so this looks like nucleotides, which are read as amino acids here",
                    100.0 * nucleotides / residues));
        }
        if (repeated.count > 0) {
            lines.add(repeated.of(documents, "sequence") + " an id that one before has: " + repeated.names());
        }
        if (unnamed.count > 0) {
            lines.add(unnamed.of(documents, "sequence") + " no id (a header of > alone), called by number: "
                    + unnamed.names());
        }
        if (brief.count > 0) {
            lines.add(brief.of(documents, protein ? "sequence" : "text")
                    + " fewer than two tokens, too few to learn from: " + brief.names());
        }
        lines.addAll(said);
        String path = files.root().toString();
        return lines.stream()
                .map(line -> line.startsWith(path) ? line : path + ": " + line)
                .toList();
    }

    /** A number of documents, and the names of the first. */
    private static final class Counted {
        private final List<String> first = new ArrayList<>();
        private long count;

        void add(String name) {
            if (count++ < NAMED) {
                first.add(name);
            }
        }

        String of(long all, String noun) {
            return count + " of " + all + " " + noun + (all == 1 ? "" : "s") + (count == 1 ? " has" : " have");
        }

        String names() {
            return String.join(", ", first) + (count > NAMED ? ", …" : "");
        }
    }
}
