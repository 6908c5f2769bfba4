package io.github.performer4j.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What a corpus holds.
 *
 * @param kind "protein" or "text", or the format of examples
 * @param files the files read, in order
 * @param documents sequences, text files or examples
 * @param tokens residues, characters or bytes
 * @param minLength shortest document in tokens
 * @param medianLength median; of an even number of documents the lower one
 * @param meanLength mean
 * @param maxLength longest
 * @param lengthQuantiles quantile ("0.05", "0.25", "0.75", "0.95", "0.99") → length
 * @param symbols symbol → count, most frequent first
 * @param unknown symbol outside the vocabulary → count
 * @param dropped documents of fewer than two tokens, which no batch holds
 * @param exactDuplicates documents equal to an earlier one
 * @param entropyOrder0 nats per token of the symbol frequencies
 * @param entropyOrder1 nats per token given the left neighbour, first tokens left out
 * @param labels what stands in the label columns of examples; empty if there are none
 * @param notes what should be known before the figures are believed, as {@link Corpus#notes}
 */
public record CorpusSummary(
        String kind,
        List<String> files,
        long documents,
        long tokens,
        long minLength,
        long medianLength,
        double meanLength,
        long maxLength,
        Map<String, Long> lengthQuantiles,
        Map<String, Long> symbols,
        Map<String, Long> unknown,
        long dropped,
        long exactDuplicates,
        double entropyOrder0,
        double entropyOrder1,
        List<LabelSummary> labels,
        List<String> notes) {

    /** Returns the summary as a JSON object, its fields named as here. */
    public ObjectNode toJson() {
        return new ObjectMapper().valueToTree(this);
    }
}
