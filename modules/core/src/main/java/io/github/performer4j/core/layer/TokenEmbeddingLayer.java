package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.TokenIds;
import io.github.performer4j.core.program.TokenContext;
import io.github.performer4j.core.samediff.GraphScope;
import io.github.performer4j.core.samediff.ProgramGraph;
import io.github.performer4j.core.table.TableProgram;
import io.github.performer4j.core.table.TokenEmbeddingRuntime;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Looks up token ids in a table: [B,T] → [B,T,E], {@code out_bt = W[id_bt]}.
 *
 * <p>Ids may come in any numeric type and as [B,1,T], too; see {@link TokenIds}. Parameter: W [V,E], drawn N(0, 0.02²). The table of padded tokens gets no gradient.
 *
 * <p>With a {@linkplain TokenContext context} vectors depend on other ids of the sequence, too: {@link Builder#hiddenToken} and {@link Builder#textSeparator}, which has a second parameter, {@code types} [2,E].
 */
public class TokenEmbeddingLayer extends TableLayer {
    private static final String TYPES = "types";

    private int hiddenToken = TokenContext.NONE;
    private int textSeparator = TokenContext.NONE;

    /** For Deeplearning4j's JSON. */
    protected TokenEmbeddingLayer() {}

    protected TokenEmbeddingLayer(Builder builder) {
        super(builder);
        hiddenToken = id("hiddenToken", builder.hiddenToken);
        textSeparator = id("textSeparator", builder.textSeparator);
        if (hiddenToken >= 0 && textSeparator >= 0) {
            throw new IllegalArgumentException("one of hiddenToken and textSeparator must be " + TokenContext.NONE
                    + "; hiddenToken=" + hiddenToken + ", textSeparator=" + textSeparator);
        }
        settled(builder);
    }

    private int id(String name, int id) {
        if (id < TokenContext.NONE || id >= getVocabulary()) {
            throw new IllegalArgumentException(name + " must be a token's id, or " + TokenContext.NONE + " for none; "
                    + name + "=" + id + ", vocabulary=" + getVocabulary());
        }
        return id;
    }

    /** Returns what else than its own id a token's vector depends on; null for nothing. */
    public TokenContext context() {
        if (hiddenToken >= 0) {
            return new TokenContext.Hidden(hiddenToken);
        }
        return textSeparator >= 0 ? new TokenContext.Texts(textSeparator, TYPES) : null;
    }

    /** Returns the id of the token whose vector is 0; −1 for none. */
    public int getHiddenToken() {
        return hiddenToken;
    }

    public void setHiddenToken(int hiddenToken) {
        this.hiddenToken = hiddenToken;
    }

    /** Returns the id of the token behind which the second text begins; −1 where texts have no types. */
    public int getTextSeparator() {
        return textSeparator;
    }

    public void setTextSeparator(int textSeparator) {
        this.textSeparator = textSeparator;
        setLayerParams(null);
    }

    @Override
    public boolean perToken() {
        return context() == null;
    }

    @Override
    public String whole() {
        return "its vectors depend on other tokens of the sequence";
    }

    @Override
    public void defineParameters(SDLayerParams params) {
        super.defineParameters(params);
        if (textSeparator >= 0) {
            params.addWeightParam(TYPES, TokenContext.Texts.TYPES, getWidth());
        }
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
        super.initializeParameters(parameters);
        if (textSeparator >= 0) {
            drawWeight(parameters, TYPES);
        }
    }

    @Override
    public SDVariable define(GraphScope scope) {
        return ProgramGraph.define(scope, TableProgram.lookup(getVocabulary(), getWidth(), context()), scope.input())
                .reshape(scope.batch(), scope.tokens(), getWidth());
    }

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return TokenEmbeddingRuntime.of(conf, type, context());
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        long tokens = inputType instanceof InputType.InputTypeRecurrent r ? r.getTimeSeriesLength() : -1;
        return InputType.recurrent(getWidth(), tokens, RNNFormat.NWC);
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends VocabularyLayer.Builder<Builder> {
        private int hiddenToken = TokenContext.NONE;
        private int textSeparator = TokenContext.NONE;

        /** Names a token whose vector is 0, and for which the others of its sequence make up; see {@link TokenContext.Hidden}. */
        public Builder hiddenToken(int id) {
            hiddenToken = id;
            return this;
        }

        /** Names the token behind which the second text of a row begins, whose tokens are of another type; see {@link TokenContext.Texts}. */
        public Builder textSeparator(int id) {
            textSeparator = id;
            return this;
        }

        @Override
        public TokenEmbeddingLayer build() {
            return new TokenEmbeddingLayer(this);
        }
    }
}
