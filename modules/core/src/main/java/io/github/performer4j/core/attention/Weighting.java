package io.github.performer4j.core.attention;

import java.io.Serializable;

/** What the weights of attention are multiplied by, as the places of query and key say; of several, by their product. */
public sealed interface Weighting extends Serializable permits Decay, FourierPositions, Grid, RelativePositions {

    /**
     * Checks that heads can be weighted so.
     *
     * @param kind how they attend
     * @param sees what they see, this weighting included
     * @throws IllegalArgumentException naming the rule and the values
     */
    void check(AttentionOptions.Kind kind, Visibility sees);
}
