package io.github.performer4j.core.table;

import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.TokenIds;
import io.github.performer4j.core.base.WholeSequence;
import io.github.performer4j.core.layer.TokenEmbeddingLayer;
import io.github.performer4j.core.program.TokenContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runtime of {@link TokenEmbeddingLayer}: a lookup forward, a sum by token backward. */
public class TokenEmbeddingRuntime extends GraphRuntime {
    /** That of vectors which depend on other tokens: it refuses parts of a sequence. */
    private static final class Whole extends TokenEmbeddingRuntime implements WholeSequence {
        Whole(NeuralNetConfiguration conf, DataType type, TokenContext context) {
            super(conf, type, context);
        }
    }

    private final TableLookup lookup;
    private final ContextRows context; // null where rows depend on their own id alone

    /**
     * Returns the runtime of a layer.
     *
     * @param context what else than its own id a token's vector depends on; null for nothing
     */
    public static TokenEmbeddingRuntime of(NeuralNetConfiguration conf, DataType type, TokenContext context) {
        return context == null ? new TokenEmbeddingRuntime(conf, type, null) : new Whole(conf, type, context);
    }

    private TokenEmbeddingRuntime(NeuralNetConfiguration conf, DataType type, TokenContext context) {
        super(conf, type);
        String name = conf.getLayer().getLayerName();
        lookup = new TableLookup(type, name);
        this.context = context == null ? null : new ContextRows(context, type, name);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        begin(training);
        INDArray table = paramTable.get("W");
        int[] ids = ids();
        INDArray out = workspaces.createUninitialized(
                ArrayType.ACTIVATIONS, dataType, new long[] {input.size(0), input.size(1), table.size(1)}, 'c');
        lookup.gather(table, input, ids, out);
        if (context != null) {
            context.forward(paramTable, tokens(ids), out);
        }
        return out;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        gradientTaken();
        int[] ids = ids();
        INDArray error = entrance(epsilon, ArrayType.BP_WORKING_MEM, workspaces);
        if (context != null) {
            error = context.backward(paramTable, tokens(ids), error, gradTable);
        }
        lookup.scatter(paramTable.get("W"), input, ids, error, gradTable.get("W"));
        Gradient gradient = new DefaultGradient();
        paramTable.keySet().forEach(name -> gradient.gradientForVariable().put(name, gradTable.get(name)));
        return new Pair<>(gradient, null);
    }

    private ContextRows.Tokens tokens(int... ids) {
        return new ContextRows.Tokens(input, ids, maskArray, segments());
    }

    private int[] ids() {
        checkMask(input);
        return TokenIds.read(
                input, maskArray, paramTable.get("W").size(0), layerConf().getLayerName());
    }
}
