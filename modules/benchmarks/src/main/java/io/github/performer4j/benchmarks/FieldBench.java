package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.kernels.field.DiffusionIntegrator;
import io.github.performer4j.kernels.field.DistanceIntegrator;
import io.github.performer4j.kernels.field.FieldIntegrator;
import io.github.performer4j.kernels.field.PointWeights;
import io.github.performer4j.kernels.field.RandomFourierDiffusion;
import io.github.performer4j.kernels.field.SeparatorIntegrator;
import io.github.performer4j.kernels.field.SeparatorOptions;
import io.github.performer4j.kernels.field.TriangleMesh;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Field integrators against brute force: error and time on the normals of a torus, four in five of them hidden. RFD stands for diffusion with hat weights between its vertices, SF for
 * e^{−λ·dist} and for another f of distances along its edges.
 *
 * @param vertices N, about: a torus of 1.6 times as many vertices round its axis as round its tube
 * @param frequencies m of RFD
 * @param rows vertices at which errors are taken, and brute force sums distances; more than there are is all
 * @param runs behind a median
 * @param seed of what is hidden, and of frequencies
 */
public record FieldBench(int vertices, List<Integer> frequencies, int rows, int runs, long seed) {
    private static final double MS = 1e6;
    private static final double ROUND = 1.6;

    /** Checks sizes. */
    public FieldBench {
        frequencies = List.copyOf(frequencies);
        Rule.that(vertices >= 100 && vertices <= 1 << 20, "vertices must be from 100 to 1048576; vertices=" + vertices);
        Rule.that(
                !frequencies.isEmpty() && frequencies.stream().allMatch(m -> m >= 1 && m <= 1 << 12),
                "frequencies must be from 1 to 4096; frequencies=" + frequencies);
        Rule.that(rows >= 1, "rows must be positive; rows=" + rows);
        Rule.that(runs >= 1 && runs <= 1000, "runs must be from 1 to 1000; runs=" + runs);
    }

    /** An integrator that is measured beside brute force. */
    private record Fast(String name, Supplier<FieldIntegrator> made) {}

    /** Brute force at some vertices. */
    @FunctionalInterface
    private interface Brute {
        double[] rows(int[] at, double[] field, int n);
    }

    /**
     * Measures.
     *
     * @param clock nanoseconds
     * @param progress hears of each line as it is known
     */
    public List<FieldRow> run(LongSupplier clock, Consumer<String> progress) {
        int across = (int) Math.max(3, Math.round(Math.sqrt(vertices / ROUND)));
        TriangleMesh mesh = TriangleMesh.torus((int) Math.round(vertices / (double) across), across, 1, 0.4);
        Graph graph = mesh.graph();
        double edge = meanEdge(graph);
        progress.accept(
                String.format(Locale.ROOT, "torus, %,d vertices, %,d edges", mesh.vertices().length, graph.arcs() / 2));
        progress.accept(FieldRow.HEADER);
        List<FieldRow> rows = new ArrayList<>();
        PointWeights hat = new PointWeights(PointWeights.Kind.HAT, 0.5);
        double rate = 20.0 / mesh.vertices().length; // a vertex has about that share of all as neighbours
        List<Fast> features = new ArrayList<>();
        for (int m : frequencies) {
            features.add(new Fast(
                    "RFD, " + m + " frequencies",
                    () -> new RandomFourierDiffusion(mesh.vertices(), hat, rate, m, seed)));
        }
        group(
                "diffusion, hat weights",
                "brute force",
                () -> {
                    FieldIntegrator all = new DiffusionIntegrator(hat.matrix(mesh.vertices()), rate);
                    return (at, field, n) -> rows(at, all.integrate(field, n), n);
                },
                features,
                mesh,
                clock,
                rows,
                progress);
        String distances = this.rows < mesh.vertices().length
                ? String.format(Locale.ROOT, "brute force at %,d", this.rows)
                : "brute force";
        SeparatorOptions options = SeparatorOptions.of(graph);
        double lambda = 0.5 / edge;
        group(
                "exponential of distance",
                distances,
                () -> new DistanceIntegrator(graph, d -> Math.exp(-lambda * d))::rows,
                List.of(new Fast("SF, products", () -> SeparatorIntegrator.exponential(graph, lambda, options))),
                mesh,
                clock,
                rows,
                progress);
        DoubleUnaryOperator rational = d -> 1 / (1 + Math.pow(d / (3 * edge), 4));
        // classes of signatures go by pairs, a transform's length each: two landmarks, for some hundreds of classes
        SeparatorOptions few = new SeparatorOptions(256, 2, 2 * edge, edge / 2);
        group(
                "1/(1 + (d/3 edges)⁴)",
                distances,
                () -> new DistanceIntegrator(graph, rational)::rows,
                List.of(new Fast("SF, Hankel, 2 landmarks", () -> SeparatorIntegrator.of(graph, rational, few))),
                mesh,
                clock,
                rows,
                progress);
        return rows;
    }

    private void group(
            String kernel,
            String bruteName,
            Supplier<Brute> brute,
            List<Fast> others,
            TriangleMesh mesh,
            LongSupplier clock,
            List<FieldRow> rows,
            Consumer<String> progress) {
        double[] field = hidden(mesh);
        int[] at = sample(mesh.vertices().length);
        long begin = clock.getAsLong();
        Brute made = brute.get();
        double preparation = (clock.getAsLong() - begin) / MS;
        begin = clock.getAsLong();
        double[] exact = made.rows(at, field, 4); // once: it takes long
        FieldRow first = new FieldRow(
                kernel, bruteName, preparation, (clock.getAsLong() - begin) / MS, 0, cosine(mesh, at, exact));
        rows.add(first);
        progress.accept(first.line());
        for (Fast fast : others) {
            begin = clock.getAsLong();
            FieldIntegrator integrator = fast.made().get();
            preparation = (clock.getAsLong() - begin) / MS;
            List<Double> times = new ArrayList<>();
            double[] sums = null;
            for (int r = 0; r < runs; r++) {
                begin = clock.getAsLong();
                sums = integrator.integrate(field, 4);
                times.add((clock.getAsLong() - begin) / MS);
            }
            double[] found = rows(at, sums, 4);
            FieldRow row = new FieldRow(
                    kernel,
                    fast.name(),
                    preparation,
                    Timing.median(times),
                    error(found, exact),
                    cosine(mesh, at, found));
            rows.add(row);
            progress.accept(row.line());
        }
    }

    /** Returns the vertices at which errors are taken, rising. */
    private int[] sample(int all) {
        int[] order = IntStream.range(0, all).toArray();
        CounterRandom random = CounterRandom.of(seed, all, 1);
        for (int i = 0; i < Math.min(rows, all); i++) {
            int j = i + random.nextInt(all - i);
            int v = order[i];
            order[i] = order[j];
            order[j] = v;
        }
        return Arrays.stream(order, 0, Math.min(rows, all)).sorted().toArray();
    }

    private static double[] rows(int[] at, double[] field, int n) {
        double[] some = new double[at.length * n];
        for (int r = 0; r < at.length; r++) {
            System.arraycopy(field, at[r] * n, some, r * n, n);
        }
        return some;
    }

    private boolean known(int vertex) {
        return CounterRandom.of(seed, vertex).nextDouble() < 0.2;
    }

    /** Returns the normals that are known, and 1 where they are, [N,4]. */
    private double[] hidden(TriangleMesh mesh) {
        double[] normals = mesh.normals();
        double[] field = new double[4 * mesh.vertices().length];
        for (int v = 0; v < mesh.vertices().length; v++) {
            if (known(v)) {
                System.arraycopy(normals, 3 * v, field, 4 * v, 3);
                field[4 * v + 3] = 1;
            }
        }
        return field;
    }

    /** Returns the mean cosine of hidden normals with the directions of the sums at some vertices, [at,4]. */
    private double cosine(TriangleMesh mesh, int[] at, double[] sums) {
        double[] normals = mesh.normals();
        double total = 0;
        int hidden = 0;
        for (int r = 0; r < at.length; r++) {
            if (!known(at[r])) {
                double dot = 0;
                double square = 0;
                for (int c = 0; c < 3; c++) {
                    dot += sums[4 * r + c] * normals[3 * at[r] + c];
                    square += sums[4 * r + c] * sums[4 * r + c];
                }
                total += square == 0 ? 0 : Math.signum(sums[4 * r + 3]) * dot / Math.sqrt(square);
                hidden++;
            }
        }
        return total / Math.max(1, hidden);
    }

    private static double error(double[] actual, double[] expected) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < actual.length; i++) {
            difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        return Math.sqrt(difference / norm);
    }

    private static double meanEdge(Graph graph) {
        double[] sum = new double[1];
        graph.adjacency().forEach((i, j, length) -> sum[0] += length);
        return sum[0] / graph.arcs();
    }

    /** Returns rows as JSON for programs, with the machine that they were measured on. */
    public static ObjectNode json(List<FieldRow> rows) {
        return Machine.here().json(rows.stream().map(FieldRow::json).toList());
    }
}
