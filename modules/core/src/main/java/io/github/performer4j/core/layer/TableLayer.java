package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.TokenIds;
import java.util.Map;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Base of layers that read token ids and have a table of vectors: parameter W [V,E], drawn N(0, 0.02²). Ids may come
 * in any numeric type and as [B,1,T], too; see {@link TokenIds}.
 */
public abstract class TableLayer extends VocabularyLayer {
    private RNNFormat format;

    /** For Deeplearning4j's JSON. */
    protected TableLayer() {}

    /**
     * Makes a table.
     *
     * @param vocabulary V
     * @param width E, positive
     */
    protected TableLayer(int vocabulary, int width) {
        super(vocabulary, Checks.positive("width", width));
    }

    /** Takes over a builder's settings. */
    protected TableLayer(Builder<?> builder) {
        super(builder);
        Checks.positive("width", getWidth());
    }

    @Override
    public boolean perToken() {
        return true;
    }

    @Override
    protected INDArray admit(INDArray input) {
        return TokenIds.matrix(input, format, getLayerName());
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        format = TokenIds.format(inputType, getLayerName());
    }

    /** Returns the format of the ids' declared input type; null if none was declared. */
    public RNNFormat getFormat() {
        return format;
    }

    public void setFormat(RNNFormat format) {
        this.format = format;
    }

    @Override
    protected boolean differentiableInput() {
        return false;
    }

    @Override
    public void defineParameters(SDLayerParams params) {
        params.addWeightParam("W", getVocabulary(), getWidth());
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
        drawWeight(parameters, "W");
    }
}
