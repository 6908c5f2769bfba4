package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionOptions;
import java.util.Map;

/** A layer in which a sequence attends to itself, once or, in a stack of blocks, several times. */
public interface Attending {

    /** Returns how it attends, in the order of execution, by what stands before the names of an attention's parameters; empty for a layer's only one. */
    Map<String, AttentionOptions> attentions();
}
