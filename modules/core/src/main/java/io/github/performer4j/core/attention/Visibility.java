package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.exact.Window;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.nd4j.shade.jackson.annotation.JsonSubTypes;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/**
 * Which keys the queries of some heads see, and how much they count, by their places alone: weight A_ij of query i and key j becomes {@code A_ij · [i sees j] · Π_w w_ij}.
 *
 * @param causal whether a token sees only itself and earlier tokens
 * @param window how many tokens before and behind it a token sees; null for all
 * @param weightings what weights are multiplied by, of each class one at most, kept in the order of their names
 */
public record Visibility(
        boolean causal,
        Window window,

        @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
        @JsonSubTypes({
            @JsonSubTypes.Type(value = Decay.class, name = "decay"),
            @JsonSubTypes.Type(value = Grid.class, name = "grid"),
            @JsonSubTypes.Type(value = RelativePositions.class, name = "relative"),
            @JsonSubTypes.Type(value = FourierPositions.class, name = "fourier")
        })
        List<Weighting> weightings)
        implements Serializable {
    /** All tokens, each for what it is. */
    public static final Visibility ALL = new Visibility(false, null, List.of());

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a causal window reaches behind the query, or two weightings are of one class
     */
    public Visibility {
        if (causal && window != null && window.right() > 0) {
            throw new IllegalArgumentException(
                    "a causal window must end at the query; causal=true, right=" + window.right());
        }
        if (!causal && window != null && window.global() > 0 && window.right() == 0) {
            throw new IllegalArgumentException(
                    "global tokens that are not causal need a window that reaches behind the query; causal=false, right=0, global="
                            + window.global());
        }
        List<Weighting> sorted = new ArrayList<>(weightings == null ? List.of() : weightings);
        sorted.sort(Comparator.comparing(w -> w.getClass().getName()));
        weightings = List.copyOf(sorted);
        if (weightings.stream().map(Object::getClass).distinct().count() < weightings.size()) {
            throw new IllegalArgumentException("weightings must be of different classes; weightings=" + weightings);
        }
    }

    /** Returns how far a token sees back, itself included; 0 for to the first one. */
    public int tokens() {
        return window == null ? 0 : window.left() + 1;
    }

    /** Returns the decay; null without. */
    public Decay decay() {
        return one(Decay.class);
    }

    /** Returns the grid; null without. */
    public Grid grid() {
        return one(Grid.class);
    }

    /** Returns relative positions; null without. */
    public RelativePositions relative() {
        return one(RelativePositions.class);
    }

    /** Returns Fourier positions; null without. */
    public FourierPositions fourier() {
        return one(FourierPositions.class);
    }

    private <W extends Weighting> W one(Class<W> type) {
        return weightings.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElse(null);
    }

    /** Returns the same in the other direction, or this: a window is cut at the query, or reaches as far behind it as before. */
    public Visibility withCausal(boolean value) {
        if (value == causal) {
            return this;
        }
        Window turned = window == null ? null : new Window(window.left(), value ? 0 : window.left(), window.global());
        return new Visibility(value, turned, weightings);
    }

    /** Returns the same within another window; null for without. */
    public Visibility withWindow(Window value) {
        return new Visibility(causal, value, weightings);
    }

    /**
     * Returns the same within a window of so many tokens, itself included, to both sides if not causal.
     *
     * @param tokens 0 for without a window
     * @throws IllegalArgumentException if they are negative
     */
    public Visibility withWindow(int tokens) {
        if (tokens < 0) {
            throw new IllegalArgumentException("window must not be negative, and 0 is none; window=" + tokens);
        }
        return withWindow(tokens == 0 ? null : Window.of(tokens, causal));
    }

    /** Returns the same with so many global tokens, if there is a window. */
    public Visibility withGlobal(int tokens) {
        return window == null ? this : withWindow(window.withGlobal(tokens));
    }

    /** Returns the same with another decay; null for none. */
    public Visibility withDecay(Decay value) {
        return with(Decay.class, value);
    }

    /** Returns the same on another grid; null for none. */
    public Visibility withGrid(Grid value) {
        return with(Grid.class, value);
    }

    /** Returns the same with other relative positions; null for none. */
    public Visibility withRelative(RelativePositions value) {
        return with(RelativePositions.class, value);
    }

    /** Returns the same with other Fourier positions; null for none. */
    public Visibility withFourier(FourierPositions value) {
        return with(FourierPositions.class, value);
    }

    /** Returns the same with the relative and Fourier positions of another. */
    public Visibility withPositions(Visibility of) {
        return withRelative(of.relative()).withFourier(of.fourier());
    }

    private Visibility with(Class<? extends Weighting> type, Weighting value) {
        List<Weighting> all = new ArrayList<>(weightings);
        all.removeIf(type::isInstance);
        if (value != null) {
            all.add(value);
        }
        return new Visibility(causal, window, all);
    }

    /**
     * Checks that heads of a kind can see so.
     *
     * @throws IllegalArgumentException naming the rule and the values
     */
    void check(AttentionOptions.Kind kind) {
        weightings.forEach(weighting -> weighting.check(kind, this));
        if (window != null && kind != AttentionOptions.Kind.EXACT) {
            throw new IllegalArgumentException(
                    "a window needs exact attention, or local heads; window=" + tokens() + ", kind=" + kind);
        }
    }
}
