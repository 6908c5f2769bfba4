package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.PositionLayer;

/**
 * How tokens, rows of floats, or nodes of graphs become vectors.
 *
 * @param vocabulary V; 0 = to be taken from the tokenizer before the graph is built
 * @param rowSize F, floats of a row, where the data gives rows of floats and not token ids, as patches of images are; 0 = token ids
 * @param graphLengths L, values of each factor in an entry of a graph's kernel, where the data gives graphs: blocks attend as the kernel masks; 0 = no graphs. Nodes have no positions
 * @param positions {@code learned}, {@code axial}, {@code sinusoidal} or {@code none}
 * @param rowLength tokens of a row of {@code axial} positions; 0 for the root of the model's longest T
 * @param norm whether the sum of token and position is normalised, as BERT has it, by a norm of the blocks' kind
 */
public record EmbeddingConfig(
        int vocabulary, int rowSize, int graphLengths, String positions, int rowLength, boolean norm) {
    /** Checks every value. */
    public EmbeddingConfig {
        Require.that(vocabulary >= 0, "vocabulary must not be negative; vocabulary=" + vocabulary);
        Require.that(rowSize >= 0, "rowSize must not be negative; rowSize=" + rowSize);
        Require.that(graphLengths >= 0, "graphLengths must not be negative; graphLengths=" + graphLengths);
        Require.that(rowLength >= 0, "rowLength must not be negative; rowLength=" + rowLength);
        positions = Names.canonical(PositionLayer.Kind.class, "positions", positions);
        Require.that(
                rowLength == 0 || positions.equals("axial"),
                "rowLength is of axial positions; positions=" + positions + ", rowLength=" + rowLength);
    }

    PositionLayer.Kind kind() {
        return Names.one(PositionLayer.Kind.class, "positions", positions);
    }
}
