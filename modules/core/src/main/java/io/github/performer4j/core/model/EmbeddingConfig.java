package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.PositionLayer;
import io.github.performer4j.core.program.TokenContext;

/**
 * How tokens, rows of floats, or nodes of graphs become vectors.
 *
 * @param vocabulary V; 0 = to be taken from the tokenizer before the graph is built
 * @param rowSize F, floats of a row, where the data gives rows of floats and not token ids, as patches of images are; 0 = token ids
 * @param graphLengths L, values of each factor in an entry of a graph's kernel, where the data gives graphs: blocks attend as the kernel masks; 0 = no graphs. Nodes have no positions
 * @param positions {@code learned}, {@code axial}, {@code sinusoidal} or {@code none}
 * @param rowLength tokens of a row of {@code axial} positions; 0 for the root of the model's longest T
 * @param norm whether the sum of token and position is normalised, as BERT has it, by a norm of the blocks' kind
 * @param hiddenToken id of a token whose vector is 0 and for which the others make up, as ESM-2 has its mask: {@link TokenContext.Hidden}; −1 for none
 * @param textSeparator id of the token behind which the second text of a row begins, whose tokens have a type of their own, as BERT has it: {@link TokenContext.Texts}; −1 for no types
 */
public record EmbeddingConfig(
        int vocabulary,
        int rowSize,
        int graphLengths,
        String positions,
        int rowLength,
        boolean norm,
        int hiddenToken,
        int textSeparator) {
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
        Require.that(
                hiddenToken >= TokenContext.NONE
                        && textSeparator >= TokenContext.NONE
                        && (hiddenToken < 0 || textSeparator < 0),
                "hiddenToken and textSeparator must be ids of tokens, one of both alone, or -1 for none; hiddenToken="
                        + hiddenToken + ", textSeparator=" + textSeparator);
        Require.that(
                hiddenToken < 0 && textSeparator < 0 || rowSize == 0 && graphLengths == 0,
                "only token ids have a hiddenToken or a textSeparator; rowSize=" + rowSize + ", graphLengths="
                        + graphLengths + ", hiddenToken=" + hiddenToken + ", textSeparator=" + textSeparator);
    }

    /** Returns whether vectors of tokens depend on other tokens. */
    boolean contextual() {
        return hiddenToken >= 0 || textSeparator >= 0;
    }

    PositionLayer.Kind kind() {
        return Names.one(PositionLayer.Kind.class, "positions", positions);
    }
}
