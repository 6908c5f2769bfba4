package io.github.performer4j.data;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Selection;
import io.github.performer4j.data.split.EqualImages;
import io.github.performer4j.data.split.GivenSplit;
import io.github.performer4j.data.split.GroupSplit;
import io.github.performer4j.data.split.HeldOut;
import io.github.performer4j.data.split.Shares;
import io.github.performer4j.data.split.SplitReport;
import io.github.performer4j.data.split.StratifiedSplit;
import io.github.performer4j.data.split.TimeSplit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Splits examples as their columns or the configuration say: sides that the file names, whole groups, the latest, the same share of every class, or examples drawn one by one. Of proteins the
 * report says how similar the sides still are, whatever the rule.
 */
final class ExampleSplit {
    private final Corpus corpus;
    private final double share;
    private final long seed;
    private final List<String> keys = new ArrayList<>();
    private final EqualImages images = new EqualImages();

    ExampleSplit(Corpus corpus, double share, long seed) {
        this.corpus = corpus;
        this.share = share;
        this.seed = seed;
    }

    /** Returns whether the examples are proteins whose clusters decide. */
    static boolean byClusters(Corpus corpus) {
        DataConfig config = corpus.config();
        return !byColumn(config.columns())
                && (config.split().equals("cluster")
                        || corpus.files().protein() && config.split().equals("auto"));
    }

    private static boolean byColumn(ExampleColumns columns) {
        return columns.split() != null || columns.group() != null || columns.time() != null;
    }

    /** The places of the training side, and what is held out. */
    private record Choice(BitSet train, HeldOut held, String method) {}

    Corpus.Split split() throws IOException {
        LongStream.Builder documents = LongStream.builder();
        LongStream.Builder symbols = LongStream.builder();
        try (CorpusExamples examples = corpus.examples()) {
            for (Example example = examples.next(); example != null; example = examples.next()) {
                documents.add(examples.document());
                symbols.add(length(example));
                if (example.symbols() != null) {
                    images.add(example.symbols());
                }
                keys.add(key(example, examples));
            }
        }
        long[] ids = documents.build().toArray();
        long[] lengths = symbols.build().toArray();
        Choice choice = choose(lengths);
        BitSet valid = choice.held().places();
        SplitReport.Similarity similarity = corpus.files().protein()
                ? new Leakage(corpus, seed)
                        .measure(List.of(new Leakage.Sides(choice.train(), valid)))
                        .get(0)
                : null;
        SplitReport report = new SplitReport(
                choice.method(),
                seed,
                share,
                choice.train().cardinality(),
                valid.cardinality(),
                choice.train().stream().mapToLong(i -> lengths[i]).sum(),
                valid.stream().mapToLong(i -> lengths[i]).sum(),
                ids.length,
                1,
                similarity,
                null,
                images.isEmpty() ? null : images.count(choice.train(), valid),
                null);
        CorpusNotes notes = new CorpusNotes(false, null);
        choice.held().notes().forEach(notes::say);
        return corpus.sides(Selection.of(ids, choice.train()), Selection.of(ids, valid), report, notes);
    }

    /** Returns nodes, pixels, or characters of all texts. */
    static long length(Example example) {
        if (example.graph() != null) {
            return example.graph().nodes();
        }
        return example.symbols() != null
                ? example.symbols().length
                : example.texts().stream().mapToLong(String::length).sum();
    }

    /** Returns what decides of an example; null where nothing but its length does. */
    private String key(Example example, CorpusExamples at) throws IOException {
        ExampleColumns columns = corpus.config().columns();
        String key;
        String column;
        if (columns.split() != null) {
            key = example.split();
            column = columns.split();
            if (key == null || !List.of("train", "valid", "test").contains(key)) {
                throw at.fault("a side must be train, valid or test; column=" + column + ", value=" + key);
            }
        } else if (columns.group() != null) {
            key = example.group();
            column = columns.group();
        } else if (columns.time() != null) {
            key = example.time();
            column = columns.time();
        } else if (corpus.config().split().equals("label")) {
            key = example.labels().isEmpty() ? "" : example.labels().get(0);
            column = "label";
        } else {
            return null;
        }
        if (key == null || key.isEmpty()) {
            throw at.fault("what decides of the sides must not be empty; column=" + column);
        }
        return key;
    }

    private Choice choose(long... sizes) {
        String[] all = keys.toArray(new String[0]);
        ExampleColumns columns = corpus.config().columns();
        if (columns.split() != null) {
            return given(GivenSplit.of(all), columns.split());
        }
        if (columns.group() != null) {
            return others(GroupSplit.choose(all, share, seed), all.length, "whole groups of column " + columns.group());
        }
        if (columns.time() != null) {
            return others(TimeSplit.choose(all, share), all.length, "the latest by column " + columns.time());
        }
        if (corpus.config().split().equals("label")) {
            return others(StratifiedSplit.choose(all, share, seed), all.length, "the same share of every label");
        }
        if (sizes.length < 2) {
            throw new IllegalArgumentException(
                    "a split needs two examples; path=" + corpus.path() + ", examples=" + sizes.length);
        }
        long[] least = Arrays.stream(sizes).map(n -> Math.max(1, n)).toArray();
        BitSet chosen = Shares.choose(least, share * Arrays.stream(least).sum(), seed);
        return others(new HeldOut(chosen, List.of()), sizes.length, "whole examples");
    }

    private Choice given(GivenSplit sides, String column) {
        BitSet held = sides.held();
        if (held.isEmpty() || sides.train().isEmpty()) {
            throw new IllegalArgumentException("a given split must have a training and a held-out side; path="
                    + corpus.path() + ", column=" + column + ", " + sides.counts());
        }
        return new Choice(
                sides.train(),
                new HeldOut(held, sides.notes()),
                "the side " + sides.heldName() + " of column " + column);
    }

    private static Choice others(HeldOut held, int all, String method) {
        BitSet train = new BitSet();
        train.set(0, all);
        train.andNot(held.places());
        return new Choice(train, held, method);
    }
}
