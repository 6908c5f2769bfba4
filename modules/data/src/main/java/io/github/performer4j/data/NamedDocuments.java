package io.github.performer4j.data;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.SideTable;
import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.fasta.FastaRecord;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.read.Part;
import io.github.performer4j.data.read.Selection;
import io.github.performer4j.data.text.TextReader;
import java.io.IOException;
import java.nio.file.Path;

/** All documents behind a corpus, of every side, by the ids of a {@link SideTable}: before a tokenizer, which is learnt from one side only. */
final class NamedDocuments {
    private NamedDocuments() {}

    /**
     * A document.
     *
     * @param number that of {@link Selection}
     * @param id as {@link SideTable} says
     * @param length residues, characters, bytes or pixels
     * @param symbols pixels; null for text
     */
    record Named(long number, String id, long length, int[] symbols) {
        int file() {
            return (int) (number >>> Part.FILE_SHIFT);
        }

        int place() {
            return (int) (number & ((1L << Part.FILE_SHIFT) - 1));
        }

        /** Returns whether the document belongs to a side. */
        boolean in(Selection side) {
            return side.includes(file(), place());
        }
    }

    /** Takes one document after another. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Takes the next one.
         *
         * @throws IllegalArgumentException on a fault of the document, which {@link #each} says with file and line
         */
        void take(Named document) throws IOException;
    }

    /** Gives a visitor every document, in order. */
    static void each(Corpus corpus, Visitor visitor) throws IOException {
        if (corpus.hasExamples()) {
            examples(corpus, visitor);
            return;
        }
        CorpusFiles files = corpus.files();
        for (int file = 0; file < files.files().size(); file++) {
            Path path = files.files().get(file);
            long first = (long) file << Part.FILE_SHIFT;
            if (files.protein()) {
                records(corpus, path, first, visitor);
            } else {
                String name = files.folder().name(path);
                take(visitor, new Named(first, name, characters(corpus, path), null), path, 0);
            }
        }
    }

    private static void examples(Corpus corpus, Visitor visitor) throws IOException {
        try (CorpusExamples examples = new CorpusExamples(corpus.files(), corpus.config(), Selection.ALL)) {
            for (Example example = examples.next(); example != null; example = examples.next()) {
                try {
                    visitor.take(new Named(
                            examples.document(), examples.sideId(), ExampleSplit.length(example), example.symbols()));
                } catch (IllegalArgumentException e) {
                    throw examples.fault(e.getMessage());
                }
            }
        }
    }

    private static void records(Corpus corpus, Path path, long first, Visitor visitor) throws IOException {
        String name = corpus.files().folder().name(path);
        try (FastaParser parser = FastaParser.open(path, corpus.config().unknownIsError())) {
            long number = 0;
            for (FastaRecord record = parser.next(); record != null; record = parser.next()) {
                String id = record.id().isEmpty() ? name + "#" + (number + 1) : record.id();
                take(visitor, new Named(first + number++, id, record.residues().length, null), path, record.line());
            }
        }
    }

    private static long characters(Corpus corpus, Path path) throws IOException {
        boolean bytes = corpus.config().tokens().equals("byte");
        try (TextReader reader = bytes ? TextReader.bytes(path) : TextReader.characters(path)) {
            long length = 0;
            while (reader.read() >= 0) {
                length++;
            }
            return length;
        }
    }

    private static void take(Visitor visitor, Named document, Path path, long line) throws IOException {
        try {
            visitor.take(document);
        } catch (IllegalArgumentException e) {
            throw new DataFileException(path.toString(), line, e.getMessage());
        }
    }
}
