package io.github.performer4j.gpu.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.gpu.Emulation;
import io.github.performer4j.gpu.device.Arena;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphRandomFeatures;
import io.github.performer4j.kernels.graph.GraphRows;
import io.github.performer4j.kernels.math.CounterRandom;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums over a graph's kernel in blocks of features of any size equal those over the kernel as a matrix. */
class GraphSumsTest {
    private static final int NODES = 13;
    private static final int LENGTHS = 3;
    private static final int FEATURES = 7;
    private static final int WIDTH = 4;

    private static double[][] draw(long seed, int columns) {
        CounterRandom random = CounterRandom.of(seed);
        double[][] rows = new double[NODES][columns];
        for (double[] row : rows) {
            java.util.Arrays.setAll(row, i -> (float) random.nextGaussian());
        }
        return rows;
    }

    private static long write(DeviceRun run, String name, double[]... rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) rows[i / rows[0].length][i % rows[0].length];
        }
        long to = run.room(name, flat.length);
        run.device.write(to, flat, 0, flat.length);
        return to;
    }

    /** Returns a pass of one graph, which has shapes and nothing else. */
    private static DevicePass pass(int entries) {
        Class<?>[] types = {DevicePass.class};
        return (DevicePass) Proxy.newProxyInstance(DevicePass.class.getClassLoader(), types, (p, method, arguments) -> {
            if (method.getName().equals("batch")) {
                return 1;
            }
            if (method.getName().equals("tokens")) {
                return (int) arguments[0] == 0 ? NODES : entries;
            }
            throw new UnsupportedOperationException(method.getName());
        });
    }

    private static Graph graph() {
        Graph.Builder graph = new Graph.Builder(NODES);
        CounterRandom random = CounterRandom.of(7);
        for (int i = 0; i < NODES; i++) {
            for (int j = 0; j < i; j++) {
                if (random.nextDouble() < 0.3) {
                    graph.edge(i, j, 0.5 + random.nextDouble());
                }
            }
        }
        return graph.build();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2L * NODES * WIDTH, 3L * NODES * WIDTH, GraphSums.ROOM})
    void blocksOfAnySizeAddUp(long room) {
        Assumptions.assumeTrue(Emulation.missing() == null, Emulation.missing());
        var factor = new GraphRandomFeatures(5, 0.3, LENGTHS).draw(graph(), 1, 0);
        double[][] entries = GraphRows.of(factor);
        LayerProgram program = program();
        Op.AttendGraph op = (Op.AttendGraph) program.ops().get(0);
        try (Emulation device = new Emulation(Emulation.Order.DRAWN, 3)) {
            DeviceMemory memory = new DeviceMemory(device);
            DevicePass pass = pass(entries.length);
            Arena arena = new Arena(device);
            DeviceRun run = new DeviceRun(memory, arena, new Tables(device, arena), program, pass, new HashSet<>());
            run.put(op.graph(), write(run, "entries", entries));
            double[][] phi = draw(1, FEATURES);
            double[][] psi = draw(2, FEATURES);
            double[][] x = draw(3, WIDTH);
            GraphPlaces places = GraphPlaces.of(run, op);
            GraphSums sums = new GraphSums(run, places, 1, 1, FEATURES, WIDTH, room);
            double[] f = {1.2, 0.7, 0.3};
            double[][] theta = {java.util.Arrays.stream(f).map(Math::log).toArray()};
            long at = write(run, "theta", theta);
            var left = new GraphSums.Factor(
                    sums.weights("left", places.left(), at), write(run, "phi", phi), write(run, "x", x));
            var right = new GraphSums.Factor(
                    sums.weights("right", places.right(), at), write(run, "psi", psi), write(run, "x", x));
            long to = run.room("out", (long) NODES * WIDTH);
            sums.forward(left, right, to);
            double[][] kernel = factor.dense(f);
            assertClose(run, to, weighted(kernel, phi, psi, x));
            sums.transposed(left, right, to);
            assertClose(run, to, weighted(transposed(kernel), psi, phi, x));
        }
    }

    private static double[][] transposed(double[]... kernel) {
        double[][] all = new double[NODES][NODES];
        for (int i = 0; i < NODES; i++) {
            for (int j = 0; j < NODES; j++) {
                all[j][i] = kernel[i][j];
            }
        }
        return all;
    }

    private static double[][] weighted(double[][] kernel, double[][] phi, double[][] psi, double[]... x) {
        double[][] sums = new double[NODES][WIDTH];
        for (int i = 0; i < NODES; i++) {
            for (int j = 0; j < NODES; j++) {
                double dot = 0;
                for (int m = 0; m < FEATURES; m++) {
                    dot += phi[i][m] * psi[j][m];
                }
                for (int c = 0; c < WIDTH; c++) {
                    sums[i][c] += kernel[i][j] * dot * x[j][c];
                }
            }
        }
        return sums;
    }

    private static void assertClose(DeviceRun run, long from, double[]... expected) {
        float[] values = new float[NODES * WIDTH];
        run.device.read(from, values, 0, values.length);
        double most = java.util.Arrays.stream(expected)
                .flatMapToDouble(java.util.Arrays::stream)
                .map(Math::abs)
                .max()
                .orElseThrow();
        for (int i = 0; i < values.length; i++) {
            assertThat((double) values[i]).isCloseTo(expected[i / WIDTH][i % WIDTH], within(1e-5 * most));
        }
    }

    private static LayerProgram program() {
        LayerProgram.Builder builder = new LayerProgram.Builder();
        var x = builder.input("x", WIDTH);
        var graph = builder.input("graph", GraphRows.width(LENGTHS));
        AttentionOptions options = AttentionOptions.defaults().withHeads(1).withFeatures(FEATURES);
        return builder.output(builder.attendGraph(x, x, x, graph, options, List.of(), ""));
    }
}
