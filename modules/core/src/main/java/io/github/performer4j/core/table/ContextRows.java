package io.github.performer4j.core.table;

import io.github.performer4j.core.base.TokenIds;
import io.github.performer4j.core.program.Segments;
import io.github.performer4j.core.program.TokenContext;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a {@link TokenContext} makes of the rows of a lookup, on every engine: the lookup itself, of any table, is {@link TableLookup}'s. */
final class ContextRows {
    private final TokenContext context;
    private final TableLookup types;

    /**
     * Prepares.
     *
     * @param context not null
     * @param type of the net
     * @param layer its name, for the log
     */
    ContextRows(TokenContext context, DataType type, String layer) {
        this.context = context;
        types = new TableLookup(type, layer);
    }

    /**
     * The tokens of a batch.
     *
     * @param given ids as they came in, [B,T]
     * @param ids [B·T], 0 in padded tokens
     * @param mask 1 for real tokens and 0 for padding, [B,T]; null if all are real
     * @param packed where the sequences of packed rows lie; null if there is one in each row
     */
    record Tokens(INDArray given, int[] ids, INDArray mask, Segments packed) {
        private Segments sequences() {
            return packed != null
                    ? packed
                    : Segments.rows(Math.toIntExact(given.size(0)), Math.toIntExact(given.size(1)));
        }
    }

    /**
     * Makes the output of looked-up rows.
     *
     * @param parameters of the layer, by name
     * @param out [B,T,E], changed
     */
    void forward(Map<String, INDArray> parameters, Tokens tokens, INDArray out) {
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            if (context instanceof TokenContext.Texts texts) {
                INDArray added = Nd4j.createUninitialized(out.dataType(), out.shape(), 'c');
                int[] each = texts.types(tokens.ids(), tokens.sequences());
                types.gather(parameters.get(texts.table()), tokens.given(), each, added);
                out.addi(added);
            } else {
                multiply(out, tokens);
            }
        }
    }

    /**
     * Writes the context's own gradients, and makes the error that of the looked-up rows.
     *
     * @param error [B,T,E]
     * @param gradients of the layer, by name
     * @return error itself, or a copy
     */
    INDArray backward(
            Map<String, INDArray> parameters, Tokens tokens, INDArray error, Map<String, INDArray> gradients) {
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            if (context instanceof TokenContext.Texts texts) {
                int[] each = texts.types(tokens.ids(), tokens.sequences());
                INDArray gradient = gradients.get(texts.table());
                types.scatter(parameters.get(texts.table()), tokens.given(), each, error, gradient);
                return error;
            }
            INDArray copy = error.dup('c');
            multiply(copy, tokens);
            return copy;
        }
    }

    private void multiply(INDArray rows, Tokens tokens) {
        TokenContext.Hidden hidden = (TokenContext.Hidden) context;
        double[] real = tokens.mask() == null ? null : TokenIds.values(tokens.mask());
        double[] factors = hidden.factors(tokens.ids(), real, tokens.sequences());
        INDArray column = Nd4j.createFromArray(factors).castTo(rows.dataType()).reshape(factors.length, 1);
        rows.reshape('c', factors.length, rows.size(2)).muliColumnVector(column);
    }
}
