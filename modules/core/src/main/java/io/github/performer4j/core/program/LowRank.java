package io.github.performer4j.core.program;

import java.io.Serializable;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Updates of low rank to weights that stay as they are (LoRA, arXiv 2106.09685): {@code y = x W + b + (α/r) (drop(x) A) B}, A [in,r], B [r,out].
 *
 * <p>B begins at 0, so that a layer begins as the one whose weights it has. W and b are not trained, cost no gradient, do not decay and have no updater state.
 *
 * @param rank r
 * @param alpha α
 * @param dropout probability of dropping an entry of x in front of A while training, in [0, 1)
 * @param weights names of the weights that are updated, as {@code Wq} and {@code Wv}; those that are not stay as they are, all of them if none is named
 */
public record LowRank(int rank, double alpha, double dropout, Set<String> weights) implements Serializable {
    /** All weights stay as they are. */
    public static final LowRank NONE = new LowRank(1, 1, 0, Set.of());

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming the rule and the values
     */
    public LowRank {
        if (rank < 1) {
            throw new IllegalArgumentException("rank must be positive; rank=" + rank);
        }
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException("alpha must be positive; alpha=" + alpha);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout must be in [0, 1); dropout=" + dropout);
        }
        weights = new TreeSet<>(weights);
    }

    /** Returns updates of rank 1 of all weights that a program without updates has. */
    public static LowRank ofAll(LayerProgram program) {
        return new LowRank(
                1,
                1,
                0,
                program.parameters().stream()
                        .filter(p -> p.kind() == Parameter.Kind.WEIGHT)
                        .map(Parameter::name)
                        .collect(Collectors.toSet()));
    }

    /** Returns names of the weights that a program updates. */
    public static Set<String> updated(LayerProgram program) {
        String end = first("");
        return program.parameters().stream()
                .map(Parameter::name)
                .filter(name -> name.endsWith(end))
                .map(name -> name.substring(0, name.length() - end.length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the name of A of a weight. */
    public static String first(String weight) {
        return weight + ".A";
    }

    /** Returns the name of B of a weight. */
    public static String second(String weight) {
        return weight + ".B";
    }

    /** Returns α/r. */
    public double scale() {
        return alpha / rank;
    }
}
