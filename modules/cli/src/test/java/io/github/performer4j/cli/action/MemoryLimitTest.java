package io.github.performer4j.cli.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;

/** Memory that runs out is one line, which limit it was and what raises it. */
class MemoryLimitTest {
    @Test
    void theHeap() {
        long twice = 2 * (Runtime.getRuntime().maxMemory() >> 20);
        assertThat(MemoryLimit.line(new OutOfMemoryError("Java heap space")))
                .startsWith(
                        "out of memory: Java heap space; raise the limit with PERFORMER_OPTS='-Xmx" + twice + "m',");
        assertThat(MemoryLimit.line(new OutOfMemoryError("Cannot reserve 7 bytes of direct buffer memory")))
                .contains("'-Xmx" + twice + "m'");
    }

    /** As JavaCPP throws it, found below what workers wrap it in. */
    @Test
    void nativeMemory() {
        OutOfMemoryError limit =
                new OutOfMemoryError("Cannot allocate new FloatPointer(9): totalBytes = 1G, physicalBytes = 2G");
        limit.initCause(
                new OutOfMemoryError("Failed to allocate memory within limits: totalBytes (1G + 2G) > maxBytes (3G)"));
        assertThat(MemoryLimit.line(new IllegalStateException(new ExecutionException(limit))))
                .startsWith(
                        "out of memory: Failed to allocate memory within limits: totalBytes (1G + 2G) > maxBytes (3G); raise")
                .contains("-Dorg.bytedeco.javacpp.maxbytes=", " -Dorg.bytedeco.javacpp.maxphysicalbytes=")
                .doesNotContain("-Xmx");
        assertThat(MemoryLimit.line(new OutOfMemoryError(
                        "Physical memory usage is too high: physicalBytes (2G + 3G) > maxPhysicalBytes (4G)")))
                .contains("'-Dorg.bytedeco.javacpp.maxphysicalbytes=")
                .doesNotContain("maxbytes=");
    }

    /**
     * JavaCPP itself, asked for a little more than the tests' limit of 3 GiB (the memory is not touched): its words are
     * still those that are looked for.
     */
    @Test
    void theLibrarysOwnWords() {
        Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(() -> new FloatPointer(1L << 30).close());
        assertThat(thrown).isInstanceOf(OutOfMemoryError.class);
        assertThat(MemoryLimit.line(thrown)).contains("PERFORMER_OPTS='-Dorg.bytedeco.javacpp.max");
    }

    /** Where the system itself has no more, no limit of ours would help. */
    @Test
    void theSystemsMemory() {
        assertThat(MemoryLimit.line(new OutOfMemoryError("Native allocator returned address == 0")))
                .isEqualTo("out of memory: the system has no more to give; make the model or its batches smaller"
                        + " (data.tokensPerBatch, data.maxTokens)");
    }

    @Test
    void anArrayThatNoHeapHolds() {
        assertThat(MemoryLimit.line(new OutOfMemoryError("Requested array size exceeds VM limit")))
                .startsWith("out of memory: an array of Java holds fewer than 2^31 values; make the model")
                .doesNotContain("PERFORMER_OPTS");
    }

    @Test
    void anotherReasonIsNotMemory() {
        assertThat(MemoryLimit.line(new IllegalArgumentException("heads must divide width")))
                .isNull();
    }
}
