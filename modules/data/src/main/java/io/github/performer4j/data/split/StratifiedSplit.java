package io.github.performer4j.data.split;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Holds out the same share of every class, at random within it.
 *
 * <pre>
 * quota of class c     share · n_c, for n_c ≥ 2
 * held out of c        ⌊quota⌋, or one more: the classes with the largest remainders, until the whole is
 *                      round(Σ quota), and at least one (equal remainders: the larger class, then the first by name)
 * </pre>
 *
 * At least one example of every class stays in training: a class of one example stays there whole, which is told, and
 * where all classes are so small that this forbids it, the whole is less than asked for.
 */
public final class StratifiedSplit {
    private static final long DRAW_EXAMPLES = 8;

    private StratifiedSplit() {}

    /** The examples of a class, and how many of them are held out. */
    private static final class Stratum {
        final String label;
        int size;
        int[] places; // set once the size is known
        int held;

        Stratum(String label) {
            this.label = label;
        }

        double remainder(double share) {
            return share * size - Math.floor(share * size);
        }
    }

    /**
     * Chooses examples.
     *
     * @param labels [n] the class of each example
     * @param share of the examples of each class that is wanted, in (0, 1)
     * @param seed decides which examples
     * @return the chosen examples; neither none nor all
     * @throws IllegalArgumentException if an example has no label, or no class has two examples
     */
    public static HeldOut choose(String[] labels, double share, long seed) {
        HeldOut.require(labels.length, share);
        HeldOut.requireAll("label", labels);
        TreeMap<String, Stratum> classes = new TreeMap<>();
        for (String label : labels) {
            classes.computeIfAbsent(label, Stratum::new).size++;
        }
        List<Stratum> several =
                classes.values().stream().filter(c -> c.size > 1).toList();
        if (several.isEmpty()) {
            throw new IllegalArgumentException("a split by classes needs a class of two examples; classes="
                    + classes.size() + ", examples=" + labels.length);
        }
        count(several, share);
        fill(labels, classes);
        BitSet places = new BitSet(labels.length);
        int number = 0;
        for (Stratum stratum : classes.values()) {
            draw(stratum, CounterRandom.of(seed, DRAW_EXAMPLES, number++), places);
        }
        return new HeldOut(places, notes(classes, several));
    }

    /** Puts every place where its class has it, in ascending order. */
    private static void fill(String[] labels, TreeMap<String, Stratum> classes) {
        for (int i = labels.length - 1; i >= 0; i--) {
            Stratum stratum = classes.get(labels[i]);
            if (stratum.places == null) {
                stratum.places = new int[stratum.size];
            }
            stratum.places[--stratum.size] = i;
        }
        classes.values().forEach(stratum -> stratum.size = stratum.places.length);
    }

    /** Sets how many of each class are held out. */
    private static void count(List<Stratum> several, double share) {
        double quota = 0;
        long given = 0;
        for (Stratum stratum : several) {
            stratum.held = (int) Math.floor(share * stratum.size);
            quota += share * stratum.size;
            given += stratum.held;
        }
        long missing = Math.max(1, Math.round(quota)) - given;
        List<Stratum> byRemainder = several.stream()
                .sorted(Comparator.comparingDouble((Stratum c) -> -c.remainder(share))
                        .thenComparingInt(c -> -c.size)
                        .thenComparing(c -> c.label))
                .toList();
        for (Stratum stratum : byRemainder) {
            if (missing > 0 && stratum.held < stratum.size - 1) {
                stratum.held++;
                missing--;
            }
        }
    }

    /** Draws so many of the class without replacement: a partial shuffle. */
    private static void draw(Stratum stratum, CounterRandom draws, BitSet chosen) {
        int[] left = stratum.places.clone();
        for (int i = 0; i < stratum.held; i++) {
            int j = i + draws.nextInt(left.length - i);
            chosen.set(left[j]);
            left[j] = left[i];
        }
    }

    private static List<String> notes(TreeMap<String, Stratum> classes, List<Stratum> several) {
        List<String> notes = new ArrayList<>();
        classes.values().stream()
                .filter(c -> c.size == 1)
                .findFirst()
                .ifPresent(c -> notes.add(String.format(
                        Locale.ROOT,
                        "classes of one example, which stay in training: %,d, the first is %s",
                        classes.size() - several.size(),
                        c.label)));
        List<Stratum> small = several.stream().filter(c -> c.held == 0).toList();
        if (!small.isEmpty()) {
            notes.add(String.format(
                    Locale.ROOT,
                    "classes too small for an example on the held-out side: %,d, the first is %s with %,d",
                    small.size(),
                    small.get(0).label,
                    small.get(0).size));
        }
        return notes;
    }
}
