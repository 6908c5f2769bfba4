package io.github.performer4j.data.split;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/**
 * What a split did, and how similar its sides still are.
 *
 * @param method how the sides were formed, in words, with its parameters
 * @param seed the seed of the choice
 * @param validFraction the share of the tokens asked for; reached is {@link #reachedFraction}
 * @param trainDocuments sequences or documents on the training side
 * @param validDocuments the same, held-out side
 * @param trainTokens residues, characters or bytes on the training side
 * @param validTokens the same, held-out side
 * @param clusters number of groups that were kept together
 * @param largestCluster documents in the largest of them
 * @param similarity how near the held-out sequences are to their nearest training sequence; null for text
 * @param randomSimilarity the same for a random split of equal size, for comparison; null for text
 * @param equalImages held-out images that have exactly the pixels of a training image; null where there are no images
 * @param apart what was left out of both sides; null where nothing was asked to be
 */
public record SplitReport(
        String method,
        long seed,
        double validFraction,
        long trainDocuments,
        long validDocuments,
        long trainTokens,
        long validTokens,
        long clusters,
        long largestCluster,
        Similarity similarity,
        Similarity randomSimilarity,
        Long equalImages,
        Apart apart) {
    /**
     * What is on neither side, because it is like a sequence that a later test needs.
     *
     * @param path the sequences to stay apart from
     * @param sequences how many they are
     * @param documents sequences that were left out: those, where the data has them, and all of their clusters
     * @param tokens their residues
     * @param similarity how near they are to their nearest training sequence
     */
    public record Apart(String path, long sequences, long documents, long tokens, Similarity similarity) {}

    /**
     * Containment of held-out sequences in training sequences: the share of a held-out sequence's distinct k-mers that the one nearest training
     * sequence holds; 0 nothing shared, 1 a copy or a fragment.
     *
     * @param sampled number of held-out sequences measured
     * @param mean mean of the containments
     * @param quantile95 95% quantile
     * @param max the largest
     * @param aboveHalf share of the sequences with a containment above 0.5
     */
    public record Similarity(int sampled, double mean, double quantile95, double max, double aboveHalf) {
        /**
         * Says it in words: {@code of 683 held-out sequences looked at, 12% share more than half of their 6-mers with their nearest training sequence (mean 8%, 95% quantile 71%, most 100%)}.
         */
        public String words() {
            return String.format(
                    Locale.ROOT,
                    "of %,d held-out sequences looked at, %s share more than half of their 6-mers with their nearest"
                            + " training sequence (mean %s, 95%% quantile %s, most %s)",
                    sampled,
                    percent(aboveHalf),
                    percent(mean),
                    percent(quantile95),
                    percent(max));
        }
    }

    /** Returns the share of the tokens that is held out. */
    public double reachedFraction() {
        return (double) validTokens / (trainTokens + validTokens);
    }

    /** Returns what is held out in words: {@code 9.87% of the tokens (10% asked), 12 of 120 documents, without near-copies}. */
    public String held() {
        boolean asked = !method.startsWith("the side "); // sides that are given are what they are
        return String.format(
                Locale.ROOT,
                "%s of the tokens%s, %,d of %,d documents, %s",
                percent(reachedFraction()),
                asked ? " (" + percent(validFraction) + " asked)" : "",
                validDocuments,
                trainDocuments + validDocuments,
                randomSimilarity == null ? method : "without near-copies");
    }

    /**
     * Returns how near the held-out side is to the training side: of proteins {@link Similarity#words}, of images how many are copies; null where that is not measured.
     */
    public String leakage() {
        return equalImages != null
                ? equalImages(equalImages, validDocuments)
                : similarity == null ? null : similarity.words();
    }

    /** Says it in words: {@code of 6,000 held-out images 12 have exactly the pixels of a training image}. */
    public static String equalImages(long equal, long held) {
        return String.format(
                Locale.ROOT,
                "of %,d held-out images %,d %s exactly the pixels of a training image",
                held,
                equal,
                equal == 1 ? "has" : "have");
    }

    /** Three digits are enough to see whether the share was reached. */
    private static String percent(double share) {
        return new BigDecimal(100 * share)
                        .round(new MathContext(3))
                        .stripTrailingZeros()
                        .toPlainString() + "%";
    }

    /** Returns the report as a JSON object, its fields named as here, and {@code reachedFraction}. */
    public ObjectNode toJson() {
        ObjectNode json = new ObjectMapper().valueToTree(this);
        return json.put("reachedFraction", reachedFraction());
    }
}
