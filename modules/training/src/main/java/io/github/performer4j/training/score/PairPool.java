package io.github.performer4j.training.score;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A pool of pairs in which each first text looks for its partner among all second texts.
 *
 * <p>A candidate that is known to be right, too, is left out: its text is that of the partner, or it is the partner of an equal first text. Two ways to be alike:
 *
 * <pre>
 * vectors  z_i · z_j, and the cross-entropy −log (e^{s_ii/τ} / Σ_j e^{s_ij/τ}) over the candidates that count
 * bags     Σ_w a_w b_w / (|a| |b|),  a_w = count(w) · log(N / n_w),  n_w of the N second texts have w
 * </pre>
 *
 * <p>w is a token; where no id is {@value #SMALL} or higher, three tokens in a row, since letters and residues say little one by one. {@code O(N² E)} time, {@code O(N E)} memory.
 */
public final class PairPool {
    private static final int SMALL = 1000;
    private static final int WORD = 3;

    private final List<float[]> first = new ArrayList<>();
    private final List<float[]> second = new ArrayList<>();
    private final List<int[]> firstIds = new ArrayList<>();
    private final List<int[]> secondIds = new ArrayList<>();

    /**
     * Adds a pair.
     *
     * @param z [E] vector of the first text, of length 1
     * @param partner [E] vector of the second
     * @param ids tokens of the first text
     * @param partnerIds tokens of the second
     */
    public void add(float[] z, float[] partner, int[] ids, int[] partnerIds) {
        first.add(z);
        second.add(partner);
        firstIds.add(ids);
        secondIds.add(partnerIds);
    }

    /** Returns N. */
    public int size() {
        return first.size();
    }

    /**
     * Adds all queries by their vectors.
     *
     * @param figures to add to
     * @param temperature τ of the cross-entropy
     * @return the mean cross-entropy
     */
    public double ofVectors(PairFigures figures, double temperature) {
        int n = size();
        int width = first.get(0).length;
        float[][] columns = new float[width][n]; // so that a query runs over candidates side by side
        for (int j = 0; j < n; j++) {
            for (int e = 0; e < width; e++) {
                columns[e][j] = second.get(j)[e];
            }
        }
        Counted counted = counted();
        double loss = 0;
        for (int i = 0; i < n; i++) {
            float[] alike = new float[n];
            float[] z = first.get(i);
            for (int e = 0; e < width; e++) {
                float factor = z[e];
                float[] column = columns[e];
                for (int j = 0; j < n; j++) {
                    alike[j] += factor * column[j];
                }
            }
            float most = alike[i];
            for (int j = 0; j < n; j++) {
                most = counted.is(i, j) ? Math.max(most, alike[j]) : most;
            }
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += counted.is(i, j) ? Math.exp((alike[j] - most) / temperature) : 0;
            }
            loss += Math.log(sum) + (most - alike[i]) / temperature;
            add(figures, counted, i, alike);
        }
        return loss / n;
    }

    /** Adds all queries by their bags of tokens. */
    public void ofBags(PairFigures figures) {
        int n = size();
        boolean small = Stream.of(firstIds, secondIds)
                .flatMap(List::stream)
                .flatMapToInt(Arrays::stream)
                .allMatch(id -> id < SMALL);
        int words = small ? WORD : 1;
        Map<IntBuffer, List<int[]>> places = new HashMap<>(); // w → (text, count) of the second texts that have it
        for (int j = 0; j < n; j++) {
            for (Map.Entry<IntBuffer, Integer> word :
                    bag(secondIds.get(j), words).entrySet()) {
                places.computeIfAbsent(word.getKey(), w -> new ArrayList<>()).add(new int[] {j, word.getValue()});
            }
        }
        double[] squares = new double[n];
        places.forEach((word, all) -> {
            double weight = Math.log((double) n / all.size());
            all.forEach(place -> squares[place[0]] += place[1] * weight * place[1] * weight);
        });
        Counted counted = counted();
        for (int i = 0; i < n; i++) {
            float[] alike = new float[n];
            for (Map.Entry<IntBuffer, Integer> word :
                    bag(firstIds.get(i), words).entrySet()) {
                List<int[]> all = places.getOrDefault(word.getKey(), List.of());
                double weight = all.isEmpty() ? 0 : Math.log((double) n / all.size());
                for (int[] place : all) {
                    alike[place[0]] += (float) (word.getValue() * weight * place[1] * weight);
                }
            }
            for (int j = 0; j < n; j++) {
                alike[j] = squares[j] > 0 ? (float) (alike[j] / Math.sqrt(squares[j])) : 0; // |a| changes no order
            }
            add(figures, counted, i, alike);
        }
    }

    private static Map<IntBuffer, Integer> bag(int[] ids, int words) {
        Map<IntBuffer, Integer> bag = new LinkedHashMap<>(); // in the order of the text: sums are the same every time
        for (int from = 0; from + words <= ids.length; from++) {
            bag.merge(IntBuffer.wrap(ids, from, words), 1, Integer::sum);
        }
        return bag;
    }

    private static void add(PairFigures figures, Counted counted, int right, float... alike) {
        int above = 0;
        int equal = 0;
        int others = 0;
        for (int j = 0; j < alike.length; j++) {
            if (j != right && counted.is(right, j)) {
                others++;
                above += alike[j] > alike[right] ? 1 : 0;
                equal += alike[j] == alike[right] ? 1 : 0;
            }
        }
        figures.addPlace(above, equal, others);
    }

    /** Which texts are equal, by the number of the first of them. */
    private record Counted(int[] first, int[] second) {
        boolean is(int query, int candidate) {
            return query == candidate || first[query] != first[candidate] && second[query] != second[candidate];
        }
    }

    private Counted counted() {
        return new Counted(numbers(firstIds), numbers(secondIds));
    }

    private static int[] numbers(List<int[]> texts) {
        Map<IntBuffer, Integer> seen = new HashMap<>();
        int[] numbers = new int[texts.size()];
        for (int i = 0; i < numbers.length; i++) {
            Integer before = seen.putIfAbsent(IntBuffer.wrap(texts.get(i)), i);
            numbers[i] = before == null ? i : before;
        }
        return numbers;
    }
}
