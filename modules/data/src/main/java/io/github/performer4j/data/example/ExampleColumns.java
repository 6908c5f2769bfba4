package io.github.performer4j.data.example;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.github.performer4j.data.files.DataFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * Which columns (of JSON lines: keys) hold what, by their names, case-sensitive. Reads and writes as JSON by Jackson's
 * record support; what is left out has its default.
 *
 * @param text the text, in formats that have columns; {@code text} if null
 * @param pair the second text of a pair; null for none
 * @param labels label columns in this order; none if null. In a file of labels without a header: empty, all columns
 *     behind the id
 * @param id the id; null for {@code row-N}; of a file of labels its first column
 * @param group what must stay on one side of a split; null for none
 * @param time when the example was; null for none
 * @param split the side that the file names; null for none
 * @param labelPattern regular expression with one group, found in a FASTA header: the label; null for none
 * @param labelFile table, or FASTA of tags, with the labels of a FASTA file; the labels of idx images; null for none
 * @param options how files are read; the defaults if null
 * @param negatives texts that are not the first one's partner although they look like it, in this order; an empty one is none. None if null
 */
public record ExampleColumns(
        String text,
        String pair,
        List<String> labels,
        String id,
        String group,
        String time,
        String split,
        String labelPattern,
        @JsonSerialize(using = ToStringSerializer.class) Path labelFile,
        ReadingOptions options,
        List<String> negatives) {

    /** Checks every value. */
    public ExampleColumns {
        text = text == null ? "text" : text;
        labels = labels == null ? List.of() : List.copyOf(labels);
        options = options == null ? ReadingOptions.defaults() : options;
        negatives = negatives == null ? List.of() : List.copyOf(negatives);
        if (!negatives.isEmpty()
                && (pair == null
                        || negatives.size() > Example.MOST_TEXTS - 2
                        || new HashSet<>(negatives).size() < negatives.size())) {
            throw new IllegalArgumentException(
                    "columns of hard negatives must differ, stand beside a pair, and be at most "
                            + (Example.MOST_TEXTS - 2) + "; pair=" + pair + ", negatives=" + negatives);
        }
        if (new HashSet<>(labels).size() < labels.size()) {
            throw new IllegalArgumentException("label columns must differ; labels=" + labels);
        }
        if (labelPattern != null && labelFile != null) {
            throw new IllegalArgumentException(
                    "labels come from labelPattern or labelFile, not from both; labelPattern=" + labelPattern
                            + ", labelFile=" + labelFile);
        }
        if (labelPattern != null && groups(labelPattern) != 1) {
            throw new IllegalArgumentException("labelPattern must have one group; labelPattern=" + labelPattern
                    + ", groups=" + groups(labelPattern));
        }
    }

    private static int groups(String pattern) {
        try {
            return Pattern.compile(pattern).matcher("").groupCount();
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("labelPattern must be a regular expression; labelPattern=" + pattern
                    + ", fault=" + e.getDescription());
        }
    }

    /** Returns the defaults: a column {@code text} and no labels. */
    public static ExampleColumns defaults() {
        return new ExampleColumns(null, null, null, null, null, null, null, null, null, null, null);
    }

    /** Returns the columns of texts: the text, that of the pair, hard negatives. */
    List<String> texts() {
        return pair == null
                ? List.of(text)
                : Stream.concat(Stream.of(text, pair), negatives.stream()).toList();
    }

    /** Returns all columns that are named, those that hold text first. */
    List<String> named() {
        return Stream.of(texts().stream(), labels.stream(), Stream.of(id, group, time, split))
                .flatMap(names -> names)
                .filter(name -> name != null)
                .distinct()
                .toList();
    }

    /**
     * Refuses columns where a format has none: its one label may be named, nothing else.
     *
     * @throws DataFileException naming the columns
     */
    public void requireNoColumns(String path, int labelNames) throws DataFileException {
        List<String> wrong = Stream.concat(
                        Stream.of(pair, id, group, time, split),
                        Stream.concat(
                                labels.size() > labelNames ? labels.stream() : Stream.empty(), negatives.stream()))
                .filter(name -> name != null)
                .toList();
        if (!wrong.isEmpty()) {
            throw new DataFileException(path, 0, "this format has no columns to name; columns=" + wrong);
        }
    }

    /**
     * Refuses a label pattern or file where a format has no use for it.
     *
     * @throws DataFileException naming it
     */
    public void requireNoLabelSource(String path) throws DataFileException {
        if (labelPattern != null || labelFile != null) {
            throw new DataFileException(
                    path,
                    0,
                    "this format takes no labelPattern and no labelFile; labelPattern=" + labelPattern + ", labelFile="
                            + labelFile);
        }
    }

    /** Returns a copy with another text column. */
    public ExampleColumns withText(String value) {
        return new ExampleColumns(
                value, pair, labels, id, group, time, split, labelPattern, labelFile, options, negatives);
    }

    /** Returns a copy with another column of second texts. */
    public ExampleColumns withPair(String value) {
        return new ExampleColumns(
                text, value, labels, id, group, time, split, labelPattern, labelFile, options, negatives);
    }

    /** Returns a copy with other label columns. */
    public ExampleColumns withLabels(String... values) {
        return new ExampleColumns(
                text, pair, List.of(values), id, group, time, split, labelPattern, labelFile, options, negatives);
    }

    /** Returns a copy with another id column. */
    public ExampleColumns withId(String value) {
        return new ExampleColumns(
                text, pair, labels, value, group, time, split, labelPattern, labelFile, options, negatives);
    }

    /** Returns a copy with another group column. */
    public ExampleColumns withGroup(String value) {
        return new ExampleColumns(
                text, pair, labels, id, value, time, split, labelPattern, labelFile, options, negatives);
    }

    /** Returns a copy with another time column. */
    public ExampleColumns withTime(String value) {
        return new ExampleColumns(
                text, pair, labels, id, group, value, split, labelPattern, labelFile, options, negatives);
    }

    /** Returns a copy with another split column. */
    public ExampleColumns withSplit(String value) {
        return new ExampleColumns(
                text, pair, labels, id, group, time, value, labelPattern, labelFile, options, negatives);
    }

    /** Returns a copy with another pattern of header labels. */
    public ExampleColumns withLabelPattern(String value) {
        return new ExampleColumns(text, pair, labels, id, group, time, split, value, labelFile, options, negatives);
    }

    /** Returns a copy with another file of labels. */
    public ExampleColumns withLabelFile(Path value) {
        return new ExampleColumns(text, pair, labels, id, group, time, split, labelPattern, value, options, negatives);
    }

    /** Returns a copy with other options. */
    public ExampleColumns withOptions(ReadingOptions value) {
        return new ExampleColumns(
                text, pair, labels, id, group, time, split, labelPattern, labelFile, value, negatives);
    }

    /** Returns a copy with other columns of hard negatives. */
    public ExampleColumns withNegatives(String... values) {
        return new ExampleColumns(
                text, pair, labels, id, group, time, split, labelPattern, labelFile, options, List.of(values));
    }
}
