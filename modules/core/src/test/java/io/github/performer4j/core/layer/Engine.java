package io.github.performer4j.core.layer;

import io.github.performer4j.core.engine.Engines;

/** The two engines of ours, for tests that run on both. */
public enum Engine {
    GRAPH,
    CPU;

    public static final String PROPERTY = Engines.PROPERTY;
}
