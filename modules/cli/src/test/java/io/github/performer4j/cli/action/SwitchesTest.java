package io.github.performer4j.cli.action;

import io.github.performer4j.cli.Cli;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A property of the process that says nothing is refused before anything else happens, in one line. */
class SwitchesTest {
    @ParameterizedTest
    @CsvSource({
        "performer4j.threads, 0, must be a number from 1 to 1024",
        "performer4j.threads, -1, must be a number from 1 to 1024",
        "performer4j.threads, 2147483647, must be a number from 1 to 1024",
        "performer4j.threads, two, must be a number from 1 to 1024",
        "performer4j.threads, '', must be a number from 1 to 1024",
        "performer4j.vector, yes, must be true or false",
        "performer4j.products, mkl, must be onednn or openblas",
        "performer4j.precision, tf32, 'must be float32, bfloat16 or bfloat16x3'",
        "performer4j.engine, gpu, 'known=cuda, graph, cpu'",
        "performer4j.cuda.devices, 0, devices must be a number from 1 to 64",
        "performer4j.cuda.devices, two, devices must be a number from 1 to 64",
        "performer4j.cuda.graphs, on, must be true or false",
        "performer4j.cuda.recompute, 1, must be true or false",
        "performer4j.thread, 3, unknown property",
        "Performer4j.threads, 3, unknown property"
    })
    void aBadPropertyIsOneLine(String name, String value, String rule) {
        with(name, value, () -> Cli.run("info", "nowhere").refused(rule, name + "=" + value));
    }

    @ParameterizedTest
    @CsvSource({
        "performer4j.threads, 1",
        "performer4j.vector, FALSE",
        "performer4j.engine, CPU",
        "performer4j.precision, Float32",
        "performer4j.products, OneDNN",
        "performer4j.cuda.devices, 2",
        "performer4j.cuda.graphs, False",
        "performer4j.engine, ''"
    })
    void aGoodOneIsNoReason(String name, String value) {
        with(name, value, () -> Cli.run("info", "nowhere").refused("no such model"));
    }

    private static void with(String name, String value, Runnable check) {
        String before = System.setProperty(name, value);
        try {
            check.run();
        } finally {
            if (before == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, before);
            }
        }
    }
}
