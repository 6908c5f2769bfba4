package io.github.performer4j.data.structure;

import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.data.example.ReadingOptions;
import io.github.performer4j.kernels.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Point clouds, one in each file ({@code points}, {@code .xyz}): a point in each line, {@code x y z} and further numbers, which are attributes with the coordinates; or the form of chemists, the
 * number of points, a line of comment, and {@code kind x y z}. Edges: see {@link NearPoints}, by {@code data.columns.options.neighbours} or {@code radius}. The label of a cloud is the name of the
 * folder of its class.
 */
public final class PointsFormat extends GraphFileFormat {
    private static final int DIMENSIONS = 3;

    public PointsFormat() {
        super("points", ".xyz");
    }

    @Override
    Parsed parse(Path file, ExampleColumns columns) throws IOException {
        columns.requireNoColumns(file.toString(), 0);
        try (Lines lines = new Lines(file, "#")) {
            String[] words = lines.need("a point");
            boolean kinded = words.length == 1;
            int count = Integer.MAX_VALUE;
            if (kinded) {
                count = lines.whole(0, 1, NearPoints.MOST, "the number of points");
                lines.raw();
                words = lines.need("a point");
            }
            List<double[]> points = new ArrayList<>();
            List<String> kinds = new ArrayList<>();
            for (; words != null; words = lines.next()) {
                if (points.size() == Math.min(count, NearPoints.MOST)) {
                    throw lines.fault("a cloud may have so many points; points=" + points.size() + ", found more");
                }
                double[] point = new double[kinded ? DIMENSIONS : Math.max(DIMENSIONS, words.length)];
                for (int d = 0; d < point.length; d++) {
                    point[d] = lines.number(kinded ? d + 1 : d, "a coordinate");
                }
                if (!points.isEmpty() && points.get(0).length != point.length) {
                    throw lines.fault("points must have as many numbers as the first; first=" + points.get(0).length
                            + ", found=" + point.length);
                }
                points.add(point);
                if (kinded) {
                    kinds.add(words[0]);
                }
            }
            if (kinded && points.size() != count) {
                throw lines.fault("there must be as many points as the first line says; said=" + count + ", found="
                        + points.size());
            }
            double[][] all = points.toArray(double[][]::new);
            ExampleGraph graph = new ExampleGraph(graph(all, columns.options()), List.of(), kinds, all, List.of());
            return new Parsed(graph, List.of(), List.of());
        }
    }

    private static Graph graph(double[][] rows, ReadingOptions options) {
        double[][] points = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            points[i] = Arrays.copyOf(rows[i], DIMENSIONS);
        }
        return options.radius() > 0
                ? NearPoints.within(points, options.radius())
                : NearPoints.nearest(
                        points, options.neighbours() == 0 ? ReadingOptions.NEIGHBOURS : options.neighbours());
    }
}
