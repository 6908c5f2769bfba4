package io.github.performer4j.data;

import io.github.performer4j.data.example.SideTable;
import io.github.performer4j.data.read.Selection;
import io.github.performer4j.data.split.EqualImages;
import io.github.performer4j.data.split.GivenSplit;
import io.github.performer4j.data.split.SplitReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;

/** Splits documents of any kind as a {@link SideTable} says, by their ids; table and data must have the same. */
final class TableSplit {
    private final Corpus corpus;
    private final Path file;
    private final EqualImages images = new EqualImages();
    private final long[] numbers;
    private final long[] lengths;
    private final GivenSplit sides;

    /** Reads the table and all of the data. */
    TableSplit(Corpus corpus) throws IOException {
        this.corpus = corpus;
        file = corpus.config().splitFile();
        SideTable table = new SideTable(file);
        List<String> names = new ArrayList<>();
        LongStream.Builder found = LongStream.builder();
        LongStream.Builder sizes = LongStream.builder();
        NamedDocuments.each(corpus, document -> {
            String side = table.side(document.id());
            if (document.in(corpus.selection())) {
                names.add(side);
                found.add(document.number());
                sizes.add(document.length());
                if (document.symbols() != null) {
                    images.add(document.symbols());
                }
            }
        });
        table.requireAllRead(corpus.path());
        numbers = found.build().toArray();
        lengths = sizes.build().toArray();
        sides = GivenSplit.of(names.toArray(String[]::new));
    }

    /**
     * Returns the documents of one side.
     *
     * @param name train, valid or test
     */
    Selection side(String name) {
        BitSet chosen = sides.named(name);
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException(
                    "the side must have an example; splitFile=" + file + ", path=" + corpus.path() + ", side=" + name);
        }
        return Selection.of(numbers, chosen);
    }

    /** Returns training and held-out side: valid, or test where there is no valid. */
    Corpus.Split split(double share, long seed) throws IOException {
        BitSet held = sides.held();
        if (held.isEmpty() || sides.train().isEmpty()) {
            throw new IllegalArgumentException("a table of sides must have a training and a held-out side; splitFile="
                    + file + ", path=" + corpus.path() + ", " + sides.counts());
        }
        Corpus residues = corpus.files().protein() ? corpus.residues() : null;
        SplitReport report = new SplitReport(
                "the side " + sides.heldName() + " of " + file,
                seed,
                share,
                sides.train().cardinality(),
                held.cardinality(),
                sum(sides.train()),
                sum(held),
                numbers.length,
                1,
                residues == null
                        ? null
                        : new Leakage(residues, seed)
                                .measure(List.of(new Leakage.Sides(sides.train(), held)))
                                .get(0),
                null,
                images.isEmpty() ? null : images.count(sides.train(), held),
                null);
        CorpusNotes notes = new CorpusNotes(false, null);
        sides.notes().forEach(notes::say);
        return corpus.sides(Selection.of(numbers, sides.train()), Selection.of(numbers, held), report, notes);
    }

    private long sum(BitSet side) {
        return side.stream().mapToLong(i -> lengths[i]).sum();
    }
}
