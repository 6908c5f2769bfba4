package io.github.performer4j.core.program;

import io.github.performer4j.core.program.Segments.Segment;
import java.util.Arrays;

/** What else than its own id a token's vector depends on, of the ids of its sequence. */
public sealed interface TokenContext {
    /** Stands for no token. */
    int NONE = -1;

    /**
     * A token whose vector is 0, for which the others make up: {@code x_t = n/(n − h) · W[id_t]}, n the tokens of the sequence, h of them hidden (Lin and others, <em>Evolutionary-scale prediction of
     * atomic-level protein structure</em>, 2023, whose masks are such tokens; its constant 0.88 is W's).
     *
     * @param token its id
     */
    record Hidden(int token) implements TokenContext {
        /**
         * Returns what each token's row of the table is multiplied by.
         *
         * @param ids [B·T]
         * @param real 1 for real tokens and 0 for padding, [B·T]; null if all are real
         * @param sequences where they lie
         * @return [B·T]; 0 for hidden tokens, and for padding anything finite
         */
        public double[] factors(int[] ids, double[] real, Segments sequences) {
            double[] factors = new double[ids.length];
            Arrays.fill(factors, 1);
            for (Segment one : sequences.all()) {
                int tokens = 0;
                int hidden = 0;
                for (int t = one.from(); t < one.to(); t++) {
                    if (real == null || real[t] != 0) {
                        tokens++;
                        hidden += ids[t] == token ? 1 : 0;
                    }
                }
                double other = (double) tokens / Math.max(tokens - hidden, 1);
                for (int t = one.from(); t < one.to() && hidden > 0; t++) {
                    factors[t] = ids[t] == token && (real == null || real[t] != 0) ? 0 : other;
                }
            }
            return factors;
        }
    }

    /**
     * Types of texts: {@code x_t = W[id_t] + S[type_t]}, type 0 up to the first separator and with it, 1 behind it (BERT, arXiv 1810.04805).
     *
     * @param separator its id
     * @param table name of S, [2,E]
     */
    record Texts(int separator, String table) implements TokenContext {
        /** Types. */
        public static final int TYPES = 2;

        /**
         * Returns the type of each token.
         *
         * @param ids [B·T]; the types of padding mean nothing
         * @param sequences where they lie
         * @return [B·T], each 0 or 1
         */
        public int[] types(int[] ids, Segments sequences) {
            int[] types = new int[ids.length];
            for (Segment one : sequences.all()) {
                boolean second = false;
                for (int t = one.from(); t < one.to(); t++) {
                    types[t] = second ? 1 : 0;
                    second |= ids[t] == separator;
                }
            }
            return types;
        }
    }
}
