package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.TokenIds;
import io.github.performer4j.core.samediff.GraphScope;
import io.github.performer4j.core.samediff.ProgramGraph;
import io.github.performer4j.core.table.TableProgram;
import io.github.performer4j.core.table.TokenEmbeddingRuntime;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Looks up token ids in a table: [B,T] → [B,T,E], {@code out_bt = W[id_bt]}.
 *
 * <p>Ids may come in any numeric type and as [B,1,T], too; see {@link TokenIds}. Parameter: W [V,E], drawn N(0, 0.02²). The table of padded tokens gets no gradient.
 */
public class TokenEmbeddingLayer extends TableLayer {
    /** For Deeplearning4j's JSON. */
    protected TokenEmbeddingLayer() {}

    protected TokenEmbeddingLayer(Builder builder) {
        super(builder);
        settled(builder);
    }

    @Override
    public SDVariable define(GraphScope scope) {
        return ProgramGraph.define(scope, TableProgram.lookup(getVocabulary(), getWidth()), scope.input())
                .reshape(scope.batch(), scope.tokens(), getWidth());
    }

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return new TokenEmbeddingRuntime(conf, type);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        long tokens = inputType instanceof InputType.InputTypeRecurrent r ? r.getTimeSeriesLength() : -1;
        return InputType.recurrent(getWidth(), tokens, RNNFormat.NWC);
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends VocabularyLayer.Builder<Builder> {
        @Override
        public TokenEmbeddingLayer build() {
            return new TokenEmbeddingLayer(this);
        }
    }
}
