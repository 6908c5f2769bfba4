package io.github.performer4j.kernels.field;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * What the parts that a separator leaves give each other: {@code Σ_b f(d_a + d_b + g(ρ_a, ρ_b)) F_b} over all b of other parts, d the distance to the separator and ρ the signature.
 *
 * <p>It is the sum over all pairs less those of each part with itself. Vertices of one signature in one part, or in all, are a class; a pair of classes has one g, and so is a product:
 * {@link Products}.
 */
final class CrossTerms {
    private final List<Group> groups; // all vertices, and then each part

    private CrossTerms(List<Group> groups) {
        this.groups = groups;
    }

    /** Vertices that give to each other: their classes, g of each two of these, and the sign +1 or −1. */
    private record Group(List<Members> classes, double[][] gaps, int sign) {}

    /** Vertices of a class, with their distances to the separator. */
    @SuppressWarnings("ArrayRecordComponent") // read only by products
    record Members(int[] vertices, double[] distances) {}

    /** Makes products for distances up to some length; what it makes is one thread's. */
    @FunctionalInterface
    interface Kind {
        Products upTo(double longest);
    }

    /** How pairs of classes are multiplied. */
    @FunctionalInterface
    interface Products {
        /**
         * Adds to sums, with a sign, {@code Σ_q Σ_{b in q} f(d_a + d_b + g_pq) F_b} for each a of each class p.
         *
         * @param gap g of two of the classes, by their numbers
         */
        void add(List<Members> classes, double[][] gap, double[] field, int n, double sign, double[] sums);
    }

    /**
     * Returns products for {@code f(d) = e^{−λd}}, which is a product of its parts, so that classes give their sums; or for its derivative with respect to λ, {@code −d e^{−λd}}, where d is the sum of
     * its parts.
     */
    static Kind shifts(double rate, boolean slope) {
        return longest -> (classes, gap, field, n, sign, sums) -> {
            double[][] totals = new double[classes.size()][];
            for (int p = 0; p < totals.length; p++) {
                totals[p] = totals(classes.get(p), rate, field, n);
            }
            for (int p = 0; p < totals.length; p++) {
                double[] seen = new double[2 * n]; // Σ_q e^{−λg} of both sums, distances with g
                for (int q = 0; q < totals.length; q++) {
                    double weight = Math.exp(-rate * gap[p][q]);
                    for (int c = 0; c < n; c++) {
                        seen[c] += weight * totals[q][c];
                        seen[n + c] += weight * (totals[q][n + c] + gap[p][q] * totals[q][c]);
                    }
                }
                Members own = classes.get(p);
                for (int i = 0; i < own.vertices.length; i++) {
                    double d = own.distances[i];
                    double weight = sign * Math.exp(-rate * d);
                    for (int c = 0; c < n; c++) {
                        sums[own.vertices[i] * n + c] +=
                                slope ? -weight * (d * seen[c] + seen[n + c]) : weight * seen[c];
                    }
                }
            }
        };
    }

    /** Returns {@code Σ_b e^{−λ d_b} F_b} of a class, and behind it {@code Σ_b d_b e^{−λ d_b} F_b}. */
    private static double[] totals(Members q, double rate, double[] field, int n) {
        double[] totals = new double[2 * n];
        for (int i = 0; i < q.vertices.length; i++) {
            double weight = Math.exp(-rate * q.distances[i]);
            for (int c = 0; c < n; c++) {
                double share = weight * field[q.vertices[i] * n + c];
                totals[c] += share;
                totals[n + c] += q.distances[i] * share;
            }
        }
        return totals;
    }

    /** Returns products for any f, of distances rounded to a unit: {@link HankelProducts}. */
    static Kind hankel(DoubleUnaryOperator f, double unit) {
        return longest -> new HankelProducts(f, unit, Math.toIntExact(Math.round(longest / unit) + 1));
    }

    /** Finds distances, signatures and classes. */
    static CrossTerms of(ShortestPaths paths, Separator cut, int[] vertices, SeparatorOptions options) {
        double[] nearest = paths.from(vertices, cut.vertices());
        int[] landmarks = landmarks(paths, cut.vertices(), vertices, options.landmarks());
        long[][] rounded = new long[vertices.length][landmarks.length];
        for (int s = 0; s < landmarks.length; s++) {
            double[] from = paths.from(vertices, landmarks[s]);
            for (int v = 0; v < vertices.length; v++) {
                rounded[v][s] = Math.round((from[v] - nearest[v]) / options.step());
            }
        }
        Map<List<Long>, Integer> numbers = new LinkedHashMap<>();
        int[] position = new int[paths.vertices()];
        int[] signature = new int[vertices.length];
        for (int v = 0; v < vertices.length; v++) {
            position[vertices[v]] = v;
            List<Long> key = Arrays.stream(rounded[v]).boxed().toList();
            signature[v] = numbers.computeIfAbsent(key, unseen -> numbers.size());
        }
        double[][] gaps = gaps(new ArrayList<>(numbers.keySet()), options.step());
        List<Group> groups = new ArrayList<>();
        int[] all = cut.parts().stream().flatMapToInt(Arrays::stream).toArray();
        groups.add(group(all, 1, position, signature, nearest, gaps));
        for (int[] part : cut.parts()) {
            groups.add(group(part, -1, position, signature, nearest, gaps));
        }
        return new CrossTerms(groups);
    }

    /** Chooses vertices of a separator, each as far as can be from those before. */
    private static int[] landmarks(ShortestPaths paths, int[] separator, int[] vertices, int count) {
        if (count >= separator.length) {
            return separator;
        }
        int[] chosen = {separator[0]};
        int[] places = new int[paths.vertices()];
        for (int v = 0; v < vertices.length; v++) {
            places[vertices[v]] = v;
        }
        while (chosen.length < count) {
            double[] distances = paths.from(vertices, chosen);
            int farthest = separator[0];
            for (int s : separator) {
                if (distances[places[s]] > distances[places[farthest]]) {
                    farthest = s;
                }
            }
            chosen = Arrays.copyOf(chosen, chosen.length + 1);
            chosen[chosen.length - 1] = farthest;
        }
        return chosen;
    }

    private static Group group(
            int[] vertices, int sign, int[] position, int[] signature, double[] nearest, double[][] gaps) {
        Map<Integer, List<Integer>> bySignature = new LinkedHashMap<>();
        for (int v : vertices) {
            bySignature
                    .computeIfAbsent(signature[position[v]], s -> new ArrayList<>())
                    .add(v);
        }
        List<Members> classes = new ArrayList<>();
        for (List<Integer> members : bySignature.values()) {
            int[] numbers = members.stream().mapToInt(v -> v).toArray();
            classes.add(new Members(
                    numbers,
                    Arrays.stream(numbers)
                            .mapToDouble(v -> nearest[position[v]])
                            .toArray()));
        }
        int[] signatures = bySignature.keySet().stream().mapToInt(s -> s).toArray();
        double[][] own = new double[signatures.length][signatures.length];
        for (int p = 0; p < own.length; p++) {
            for (int q = 0; q < own.length; q++) {
                own[p][q] = gaps[signatures[p]][signatures[q]];
            }
        }
        return new Group(classes, own, sign);
    }

    private static double[][] gaps(List<List<Long>> signatures, double step) {
        double[][] gaps = new double[signatures.size()][signatures.size()];
        for (int p = 0; p < gaps.length; p++) {
            for (int q = 0; q < gaps.length; q++) {
                long least = Long.MAX_VALUE;
                for (int s = 0; s < signatures.get(p).size(); s++) {
                    least = Math.min(
                            least, signatures.get(p).get(s) + signatures.get(q).get(s));
                }
                gaps[p][q] = least * step;
            }
        }
        return gaps;
    }

    /** Adds what parts give each other to sums, by products of a kind. */
    void add(Kind kind, double[] field, int n, double[] sums) {
        double longest = 0;
        for (Members m : groups.get(0).classes()) {
            longest = Math.max(longest, Arrays.stream(m.distances).max().orElse(0));
        }
        Products products = kind.upTo(longest);
        for (Group group : groups) {
            products.add(group.classes(), group.gaps(), field, n, group.sign(), sums);
        }
    }
}
