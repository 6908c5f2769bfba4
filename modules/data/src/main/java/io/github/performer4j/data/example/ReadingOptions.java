package io.github.performer4j.data.example;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * How files of examples are read, beside the names of their columns. Reads and writes as JSON by Jackson's record
 * support; what is left out has its default.
 *
 * @param labelSeparator stands between the elements of a label that is an array (JSON lines, sequences of records),
 *     which must not hold it; {@code |} if null
 * @param quoted whether double quotes enclose fields of a table; false for files that were written without such a rule;
 *     true if null
 * @param unlabelled what becomes of an example whose label is not found (header pattern, file of labels, JSON key,
 *     images without a file of labels): "error", or "none", an example without labels; "error" if null
 * @param height rows that every image of a folder must have; 0 for those of the first
 * @param width columns that every image of a folder must have; 0 for those of the first
 * @param channels 1 for grey, 3 for colour, whatever the files hold; 0 for what the first image has, and then all must
 *     have it
 * @param transform JSON of DataVec's TransformProcess in front of a table, see {@link TransformedTable}: the columns
 *     are those of its final schema, and what a split writes stands behind it; null for none. It names classes, which
 *     are made: from trusted sources only
 * @param longPairs what becomes of two texts that do not fit in one row: "error", or "cut", the longer one from its end; "error" if
 *     null
 * @param nodeLabels what labels of nodes in files of graphs are: "kinds", which a model sees; "tags", which it is to predict; "none", passed over; "kinds" if null
 * @param neighbours points that each point of a cloud is joined with, the nearest ones; 0 for {@value #NEIGHBOURS}
 * @param radius distance up to which points, or residues, are joined, in the units of the file; 0: points by {@code neighbours}, residues up to 8 Å
 */
public record ReadingOptions(
        String labelSeparator,
        Boolean quoted,
        String unlabelled,
        int height,
        int width,
        int channels,
        @JsonSerialize(using = ToStringSerializer.class) Path transform,
        String longPairs,
        String nodeLabels,
        int neighbours,
        double radius) {
    /** Neighbours of a point in a cloud, if nobody says otherwise. */
    public static final int NEIGHBOURS = 8;

    private static final int COLOURS = 3;

    /** Checks every value. */
    public ReadingOptions {
        labelSeparator = labelSeparator == null ? "|" : labelSeparator;
        quoted = quoted == null || quoted;
        unlabelled = unlabelled == null ? "error" : unlabelled;
        longPairs = longPairs == null ? "error" : longPairs;
        if (!List.of("error", "cut").contains(longPairs)) {
            throw new IllegalArgumentException("longPairs must be error or cut; longPairs=" + longPairs);
        }
        nodeLabels = nodeLabels == null ? "kinds" : nodeLabels;
        if (!List.of("kinds", "tags", "none").contains(nodeLabels)) {
            throw new IllegalArgumentException("nodeLabels must be kinds, tags or none; nodeLabels=" + nodeLabels);
        }
        if (neighbours < 0 || !(radius >= 0 && radius < Double.POSITIVE_INFINITY) || neighbours > 0 && radius > 0) {
            throw new IllegalArgumentException(
                    "neighbours and radius must not be negative, and one of them decides; neighbours=" + neighbours
                            + ", radius=" + radius);
        }
        if (labelSeparator.isEmpty()) {
            throw new IllegalArgumentException("labelSeparator must hold a character; labelSeparator=\"\"");
        }
        if (!List.of("error", "none").contains(unlabelled)) {
            throw new IllegalArgumentException("unlabelled must be error or none; unlabelled=" + unlabelled);
        }
        if (height < 0 || width < 0 || (height == 0) != (width == 0)) {
            throw new IllegalArgumentException(
                    "height and width must be given together, or be 0 for those of the first image; height=" + height
                            + ", width=" + width);
        }
        if (channels != 0 && channels != 1 && channels != COLOURS) {
            throw new IllegalArgumentException("channels must be 0, 1 or 3; channels=" + channels);
        }
    }

    /** Returns the defaults. */
    public static ReadingOptions defaults() {
        return new ReadingOptions(null, null, null, 0, 0, 0, null, null, null, 0, 0);
    }

    /** Returns a copy with another separator of label elements. */
    public ReadingOptions withLabelSeparator(String value) {
        return with(copy -> copy.labelSeparator = value);
    }

    /** Returns a copy that reads quotes as such, or as plain characters. */
    public ReadingOptions withQuoted(boolean value) {
        return with(copy -> copy.quoted = value);
    }

    /** Returns a copy with another rule for examples without a label. */
    public ReadingOptions withUnlabelled(String value) {
        return with(copy -> copy.unlabelled = value);
    }

    /** Returns a copy with another size of images. */
    public ReadingOptions withSize(int rows, int columns) {
        return with(copy -> {
            copy.height = rows;
            copy.width = columns;
        });
    }

    /** Returns a copy with other channels. */
    public ReadingOptions withChannels(int value) {
        return with(copy -> copy.channels = value);
    }

    /** Returns a copy with a transform in front. */
    public ReadingOptions withTransform(Path value) {
        return with(copy -> copy.transform = value);
    }

    /**
     * Refuses a transform where none is applied.
     *
     * @param rule why not
     * @throws IllegalArgumentException if there is one
     */
    public void requireNoTransform(String rule) {
        if (transform != null) {
            throw new IllegalArgumentException(rule + "; transform=" + transform);
        }
    }

    /** Returns whether an example without a label is an error. */
    @com.fasterxml.jackson.annotation.JsonIgnore
    public boolean labelsRequired() {
        return unlabelled.equals("error");
    }

    /** Returns a copy with another rule for pairs that are too long. */
    public ReadingOptions withLongPairs(String value) {
        return with(copy -> copy.longPairs = value);
    }

    /** Returns a copy with another use of labels of nodes. */
    public ReadingOptions withNodeLabels(String value) {
        return with(copy -> copy.nodeLabels = value);
    }

    /** Returns a copy with other edges between points: to so many neighbours, or up to a distance. */
    public ReadingOptions withEdges(int nearest, double distance) {
        return with(copy -> {
            copy.neighbours = nearest;
            copy.radius = distance;
        });
    }

    /** Returns whether the longer text of a pair that does not fit is cut. */
    @com.fasterxml.jackson.annotation.JsonIgnore
    public boolean cutsPairs() {
        return longPairs.equals("cut");
    }

    private ReadingOptions with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.made();
    }

    /** The values of a copy, before one of them is changed. */
    private static final class Copy {
        private String labelSeparator;
        private Boolean quoted;
        private String unlabelled;
        private int height;
        private int width;
        private int channels;
        private Path transform;
        private String longPairs;
        private String nodeLabels;
        private int neighbours;
        private double radius;

        Copy(ReadingOptions of) {
            labelSeparator = of.labelSeparator;
            quoted = of.quoted;
            unlabelled = of.unlabelled;
            height = of.height;
            width = of.width;
            channels = of.channels;
            transform = of.transform;
            longPairs = of.longPairs;
            nodeLabels = of.nodeLabels;
            neighbours = of.neighbours;
            radius = of.radius;
        }

        ReadingOptions made() {
            return new ReadingOptions(
                    labelSeparator,
                    quoted,
                    unlabelled,
                    height,
                    width,
                    channels,
                    transform,
                    longPairs,
                    nodeLabels,
                    neighbours,
                    radius);
        }
    }
}
