package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.field.PathMask;
import io.github.performer4j.kernels.field.PathRows;
import io.github.performer4j.kernels.field.SeparatorOptions;
import io.github.performer4j.kernels.field.SeparatorTree;
import io.github.performer4j.kernels.graph.Graph;

/** Distances along shortest paths of graphs (SF, {@link PathMask}), with the rate λ at which {@code e^{−λ dist}} falls. */
record PathMasks() implements MaskKind {
    /** λ of the first and the last head, in 1/length: from a reach of ten lengths to one of half a length. */
    private static final double LEAST = 0.1;

    private static final double GREATEST = 2;

    static double[] reach(int head, int heads) {
        return new double[] {MaskKind.rate(LEAST, GREATEST, head, heads)};
    }

    @Override
    public int parameters() {
        return 1;
    }

    @Override
    public boolean logarithms() {
        return true;
    }

    @Override
    public double[] begin(int head, int heads) {
        return reach(head, heads);
    }

    @Override
    public boolean costly() {
        return true;
    }

    @Override
    public Reader read(double[] numbers, int offset, int rows, int places) {
        Graph graph = PathRows.read(numbers, offset, rows, places);
        SeparatorTree tree = SeparatorTree.of(graph, SeparatorOptions.of(graph));
        return (parameters, at) -> new PathMask(tree, parameters[at]);
    }
}
