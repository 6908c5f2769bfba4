package io.github.performer4j.gpu.program;

import io.github.performer4j.core.attention.MaskKind;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.graph.GraphEntries;
import io.github.performer4j.kernels.graph.GraphRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The places of the graph kernels of a batch on the device, by rows, and the order by columns; each batch item's nodes and places stand behind those of the one before.
 *
 * @param count P, of all batch items
 * @param nodes N
 * @param lengths L
 * @param rows node of each place, int32 [P], as all that follow
 * @param columns node of its column [P]
 * @param items batch item [P]
 * @param rowStarts first place of each row [B·N+1]
 * @param columnStarts the same of columns, in their order [B·N+1]
 * @param columnOrder places by columns [P]
 * @param left values of C, float32 [P,L]
 * @param right values of C' [P,L]
 */
record GraphPlaces(
        int count,
        int nodes,
        int lengths,
        long rows,
        long columns,
        long items,
        long rowStarts,
        long columnStarts,
        long columnOrder,
        long left,
        long right) {

    /**
     * Reads entries, [B,S,2+2L] on the device, and writes their places.
     *
     * @throws IllegalArgumentException naming the entry and the graph, if an entry names no nodes or has values that are negative or not finite
     */
    static GraphPlaces of(DeviceRun run, Op.AttendGraph op) {
        int batch = run.pass.batch();
        int nodes = run.pass.tokens(op.q().side());
        int entries = run.pass.tokens(op.graph().side());
        int lengths = lengths(op);
        float[] values = new float[Math.toIntExact(run.length(op.graph()))];
        run.device.read(run.value(op.graph()), values, 0, values.length);
        double[] numbers = new double[values.length];
        Arrays.setAll(numbers, i -> values[i]);
        List<GraphEntries> graphs = new ArrayList<>();
        for (int b = 0; b < batch; b++) {
            graphs.add(read(numbers, b, entries, nodes, lengths));
        }
        int count = graphs.stream().mapToInt(GraphEntries::places).sum();
        return new Filling(run, graphs, Math.max(1, count), nodes, lengths).places();
    }

    /** Returns L of an operation whose mask is a graph kernel's. */
    static int lengths(Op.AttendGraph op) {
        return ((MaskKind.Factors) op.kind()).lengths();
    }

    private static GraphEntries read(double[] numbers, int item, int entries, int nodes, int lengths) {
        try {
            return GraphEntries.read(numbers, item * entries * GraphRows.width(lengths), entries, nodes, lengths);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + ", graph=" + item, e);
        }
    }

    /** Places in the order of rows, and then of entries. */
    private static final class Filling {
        private final DeviceRun run;
        private final int nodes;
        private final int lengths;
        private final int[] rows;
        private final int[] columns;
        private final int[] items;
        private final int[] allColumns; // of all nodes of the batch
        private final int[] rowStarts;
        private final float[] left;
        private final float[] right;
        private int filled;

        Filling(DeviceRun run, List<GraphEntries> graphs, int count, int nodes, int lengths) {
            this.run = run;
            this.nodes = nodes;
            this.lengths = lengths;
            rows = new int[count];
            columns = new int[count];
            items = new int[count];
            allColumns = new int[count];
            left = new float[count * lengths];
            right = new float[count * lengths];
            rowStarts = new int[graphs.size() * nodes + 1];
            for (int b = 0; b < graphs.size(); b++) {
                add(graphs.get(b), b);
            }
        }

        private void add(GraphEntries graph, int item) {
            IdOrder order = IdOrder.of(graph.row(), nodes);
            for (int i = 0; i < graph.places(); i++) {
                int p = order.places()[i];
                rows[filled] = graph.row()[p];
                columns[filled] = graph.column()[p];
                allColumns[filled] = item * nodes + graph.column()[p];
                items[filled] = item;
                for (int l = 0; l < lengths; l++) {
                    left[filled * lengths + l] = (float) graph.left()[p * lengths + l];
                    right[filled * lengths + l] = (float) graph.right()[p * lengths + l];
                }
                filled++;
                rowStarts[item * nodes + graph.row()[p] + 1]++;
            }
        }

        private static int[] summed(int[] counts) {
            for (int i = 1; i < counts.length; i++) {
                counts[i] += counts[i - 1];
            }
            return counts;
        }

        GraphPlaces places() {
            int[] columnStarts = new int[rowStarts.length];
            for (int p = 0; p < filled; p++) {
                columnStarts[allColumns[p] + 1]++;
            }
            summed(columnStarts);
            return new GraphPlaces(
                    rows.length,
                    nodes,
                    lengths,
                    write("rows of places", rows),
                    write("columns of places", columns),
                    write("items of places", items),
                    write("starts of rows", summed(rowStarts)),
                    write("starts of columns", columnStarts),
                    write(
                            "order of columns",
                            IdOrder.of(allColumns, rowStarts.length - 1).places()),
                    write("left of places", left),
                    write("right of places", right));
        }

        private long write(String name, int... values) {
            long to = run.room(name, values.length);
            run.device.write(to, values);
            return to;
        }

        private long write(String name, float[] values) {
            long to = run.room(name, values.length);
            run.device.write(to, values, 0, values.length);
            return to;
        }
    }
}
