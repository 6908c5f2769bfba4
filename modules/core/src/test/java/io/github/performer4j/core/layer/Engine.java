package io.github.performer4j.core.layer;

import io.github.performer4j.core.engine.Engines;

/** The two engines of ours, for tests that run on both. */
enum Engine {
    GRAPH,
    CPU;

    static final String PROPERTY = Engines.PROPERTY;
}
