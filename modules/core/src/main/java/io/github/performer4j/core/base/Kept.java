package io.github.performer4j.core.base;

import io.github.performer4j.core.samediff.Arena;
import io.github.performer4j.core.workspace.FusedMemory;

/**
 * Memory of what a layer's backward pass needs of its forward pass: the layer's own, which stands from the one to the other, or one that all layers of a net share, because each runs forward
 * again just before it goes back ({@link Recomputation}).
 *
 * @param memory of kernels
 * @param arena of graphs
 * @param shared whether layers share it
 */
public record Kept(FusedMemory memory, Arena arena, boolean shared) {

    /** Makes a layer's own. */
    Kept() {
        this(new FusedMemory(), new Arena(), false);
    }

    /** Makes one that layers share. */
    static Kept ofNet() {
        return new Kept(new FusedMemory(), new Arena(), true);
    }

    /** Fills everything with NaN, for tests. */
    void poison() {
        memory.poison();
        arena.poison();
    }
}
