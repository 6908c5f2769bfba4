package io.github.performer4j.data.rows;

import io.github.performer4j.data.graph.GraphInput;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a task makes of rows: their labels. */
public interface Batching {
    /** Returns whether each position is labelled with the symbol that follows it, so that a row has one symbol more than positions. */
    default boolean next() {
        return false;
    }

    /**
     * Checks that a vocabulary has the special tokens that the labels need.
     *
     * @throws IllegalArgumentException if one is missing
     */
    default void require(Tokenizer tokenizer) {}

    /**
     * Returns whether there is something to predict in a row; others are left out.
     *
     * @param row of at least one symbol
     * @param tokenizer tells special tokens from symbols
     */
    boolean predicts(Row row, Tokenizer tokenizer);

    /**
     * Makes a batch of rows. Of packed ones ({@link io.github.performer4j.data.read.DataConfig#packing}) it is asked for the sequences, a row each, and all its columns must be [B,T,…] then.
     *
     * @param rows at most {@code size}
     * @param size B; rows beyond those given are padding
     * @param length T; none of the rows has more positions
     * @param draws tokenizer, seed and epoch
     */
    Batch write(List<Row> rows, int size, int length, Draws draws);

    /**
     * Returns the tokens of rows [B,T] with their mask, as the input of performer4j's graphs: what most implementations of {@link #write} begin with. Of images in patches
     * ({@link DataConfig#patch}) it is the rows of floats [B,T,P] in [0, 1], of graphs the rows of nodes [B,N,F].
     *
     * @param rows at most {@code size}
     * @param size B
     * @param length T
     * @param draws has the tokenizer
     */
    default Column tokens(List<Row> rows, int size, int length, Draws draws) {
        if (!rows.isEmpty() && rows.get(0).tokens().graph() != null) {
            return GraphColumns.nodes(graphs(rows), size, length);
        }
        if (!rows.isEmpty() && rows.get(0).tokens().width() > 0) {
            return PatchRows.column(rows, size, length);
        }
        int entries = Math.multiplyExact(size, length);
        int[] ids = new int[entries];
        boolean[] mask = new boolean[entries];
        Arrays.fill(ids, draws.tokenizer().pad());
        for (int r = 0; r < rows.size(); r++) {
            Row row = rows.get(r);
            for (int t = 0; t < row.symbols(); t++) {
                ids[r * length + t] = row.symbol(t);
                mask[r * length + t] = true;
            }
        }
        return Column.ids(ids, mask, draws.tokenizer().pad(), size, length);
    }

    /**
     * Returns all inputs of rows by their names: {@link #tokens}, and of graphs the entries of their kernels, [B,S,2+2L].
     *
     * @param rows at most {@code size}
     * @param size B
     * @param length T
     * @param draws has the tokenizer
     */
    default Map<String, Column> inputs(List<Row> rows, int size, int length, Draws draws) {
        Map<String, Column> inputs = new LinkedHashMap<>();
        inputs.put(Batch.TOKENS, tokens(rows, size, length, draws));
        if (!rows.isEmpty() && rows.get(0).tokens().graph() != null) {
            inputs.put(Batch.GRAPH, GraphColumns.entries(graphs(rows), size));
        }
        return inputs;
    }

    private static List<GraphInput> graphs(List<Row> rows) {
        return rows.stream().map(row -> row.tokens().graph()).toList();
    }

    /**
     * What a batch is made with.
     *
     * @param tokenizer gives special tokens
     * @param seed of all draws
     * @param epoch the epoch's number, 0 in evaluation
     * @param training false for evaluation
     */
    record Draws(Tokenizer tokenizer, long seed, long epoch, boolean training) {}
}
