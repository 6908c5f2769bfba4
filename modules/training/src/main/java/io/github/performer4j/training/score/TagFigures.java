package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A tag per token: accuracy, macro F1 and Matthews' correlation over tokens (see {@link Confusion}), and precision,
 * recall and F1 over entities.
 *
 * <p>Labels like {@code B-PER, I-PER, O} spell entities (IOB1, IOB2, IOBES; conlleval's rules for broken spans, see
 * {@code TagScheme}). An entity is right if its type and both ends are. Figures over entities are micro averages: of
 * all entities together, 0/0 = 0. Labels without prefixes (H, E, C) have no entities, and those figures are not
 * there.
 *
 * <p>Memory does not grow with the tokens.
 */
public final class TagFigures {
    private final List<String> labels;
    private final long[] training;
    private final TagScheme scheme;
    private final Confusion confusion;
    /** Type → right, true, predicted entities; in the order of the labels. */
    private final Map<String, long[]> entities = new LinkedHashMap<>();

    private long count;

    private TagFigures(List<String> labels, long[] training, boolean spans, Confusion confusion) {
        this.labels = labels;
        this.training = training;
        this.confusion = confusion;
        scheme = spans ? TagScheme.of(labels) : null;
        if (spans) {
            labels.stream().filter(TagScheme::prefixed).forEach(label -> entities.put(label.substring(2), new long[3]));
        }
    }

    /**
     * Figures over tokens, and over entities if the labels spell them.
     *
     * @param labels name of each tag {@code [C]}, different from each other
     * @throws IllegalArgumentException if there is none, two are equal, or some have prefixes while others are
     * neither prefixed nor {@code O}
     */
    public static TagFigures of(List<String> labels) {
        return new TagFigures(
                checked(labels), null, labels.stream().anyMatch(TagScheme::prefixed), new Confusion(labels.size()));
    }

    /**
     * Figures whose baselines are the training side's, else as {@link #of}.
     *
     * @param training how often each tag is the truth on the training side {@code [C]}
     * @throws IllegalArgumentException as {@link #of}, or if there are not C counts, or one is negative
     */
    public static TagFigures withTraining(List<String> labels, long... training) {
        Rule.that(
                training.length == labels.size(),
                "there must be a count for each label",
                "labels",
                labels.size(),
                "counts",
                training.length);
        boolean spans = labels.stream().anyMatch(TagScheme::prefixed);
        return new TagFigures(checked(labels), Majority.checked(training), spans, new Confusion(labels.size()));
    }

    /**
     * Figures over tokens only, whatever the labels look like; throws as {@link #of} if there are no labels or two
     * are equal.
     */
    public static TagFigures ofTokens(List<String> labels) {
        return new TagFigures(checked(labels), null, false, new Confusion(labels.size()));
    }

    /**
     * Adds a sequence. Entities do not reach over its ends.
     *
     * @param truth tags of its tokens {@code [T]}, in [0,C); tokens without a truth are left out by the caller
     * @param predicted the same
     * @throws IllegalArgumentException if lengths differ, or a tag is out of range; nothing is added then
     */
    public void add(int[] truth, int... predicted) {
        Rule.that(
                truth.length == predicted.length,
                "lengths must agree",
                "truth",
                truth.length,
                "predicted",
                predicted.length);
        for (int i = 0; i < truth.length; i++) {
            confusion.check(truth[i], predicted[i]);
        }
        for (int i = 0; i < truth.length; i++) {
            confusion.add(truth[i], predicted[i], 1);
        }
        count += truth.length;
        if (scheme == null) {
            return;
        }
        List<TagScheme.Entity> right = scheme.entities(truth);
        Set<TagScheme.Entity> known = new HashSet<>(right);
        right.forEach(entity -> entities.get(entity.type())[1]++);
        for (TagScheme.Entity entity : scheme.entities(predicted)) {
            entities.get(entity.type())[2]++;
            entities.get(entity.type())[0] += known.contains(entity) ? 1 : 0;
        }
    }

    /**
     * Returns the figures of this one's sequences and the other's.
     *
     * @throws IllegalArgumentException if the other has other labels or another training side
     */
    public TagFigures plus(TagFigures other) {
        Rule.that(labels.equals(other.labels), "labels must agree", "left", labels, "right", other.labels);
        Rule.that(
                Arrays.equals(training, other.training) && (scheme == null) == (other.scheme == null),
                "training sides and entities must agree",
                "left",
                labels,
                "right",
                other.labels);
        TagFigures sum = new TagFigures(labels, training, scheme != null, confusion.plus(other.confusion));
        sum.count = count + other.count;
        for (TagFigures part : List.of(this, other)) {
            part.entities.forEach((type, counts) -> {
                long[] all = sum.entities.get(type);
                Arrays.setAll(all, i -> all[i] + counts[i]);
            });
        }
        return sum;
    }

    /** Returns the number of tokens. */
    public long count() {
        return count;
    }

    /** Returns a copy of the tokens' confusion matrix. */
    public Confusion confusion() {
        return confusion.plus(new Confusion(confusion.classes()));
    }

    /**
     * Returns precision, recall and F1 of each type's entities, in the order of the labels; empty if the labels spell
     * none.
     */
    public Map<String, ClassFigure> perType() {
        Map<String, ClassFigure> figures = new LinkedHashMap<>();
        entities.forEach((type, counts) -> figures.put(type, ClassFigure.of(counts[0], counts[1], counts[2])));
        return figures;
    }

    /**
     * Returns {@code accuracy, macroF1, matthews}, and if the labels spell entities
     * {@code entityPrecision, entityRecall, entityF1}; null if nothing was counted.
     */
    public Map<String, Double> figures() {
        Map<String, Double> figures = confusion.figures();
        if (scheme != null) {
            long[] all = new long[3];
            entities.values().forEach(counts -> {
                Arrays.setAll(all, i -> all[i] + counts[i]);
            });
            ClassFigure micro = ClassFigure.of(all[0], all[1], all[2]);
            figures.put("entityPrecision", count > 0 ? (Double) micro.precision() : null);
            figures.put("entityRecall", count > 0 ? (Double) micro.recall() : null);
            figures.put("entityF1", count > 0 ? (Double) micro.f1() : null);
        }
        return figures;
    }

    /**
     * Returns {@code majorityAccuracy, majorityMacroF1, majorityMatthews} of the most frequent tag, on the training
     * side where it is known; null if nothing was counted.
     */
    public Map<String, Double> baselines() {
        return Majority.baselines(confusion, training).flat();
    }

    /** Returns rule → its value of one figure, as {@link #baselines()}; empty if no rule has it, or it is undefined. */
    public Map<String, Double> baselines(String figure) {
        return Majority.baselines(confusion, training).of(figure);
    }

    private static List<String> checked(List<String> labels) {
        Set<String> seen = new HashSet<>();
        for (String label : labels) {
            Rule.that(seen.add(label), "labels must differ", "label", label);
        }
        return new ArrayList<>(labels);
    }
}
