package io.github.performer4j.core.base;

import io.github.performer4j.core.layer.Engine;
import io.github.performer4j.core.layer.RuntimeTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What {@link RuntimeTest} asks of float32 nets, asked of the graph. */
class GraphRuntimeTest extends RuntimeTest {

    @BeforeAll
    static void graph() {
        System.setProperty(Engine.PROPERTY, "graph");
    }

    @AfterAll
    static void restore() {
        System.clearProperty(Engine.PROPERTY);
    }
}
