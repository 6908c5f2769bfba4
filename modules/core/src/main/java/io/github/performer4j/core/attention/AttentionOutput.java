package io.github.performer4j.core.attention;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What an attention function returns.
 *
 * @param out attended values, [BH,T,D]
 * @param underflows number of rows whose denominator underflowed, scalar; they hold the mean of the visible values
 */
public record AttentionOutput(SDVariable out, SDVariable underflows) {}
