package io.github.performer4j.checkpoint;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** An application that has nothing but this module: embeds, fills and continues, or tells when its first vector is there. {@link AloneTest} starts it. */
final class AloneProgram {
    static final String PROTEIN = "MKTAYIAKQRQISFVKSHFSRQ";
    static final String MASKED = "MKTAYIAK_RQISFVK";
    static final String PROMPT = "ab";

    private AloneProgram() {}

    /**
     * Does one or the other.
     *
     * @param args a masked model and a causal one; or {@code first}, a model and a text: then it says from its start to the first vector, in seconds, what the clock, the processor in this
     *     thread and the processors in all threads (the compiler's, too) have counted, and the vector's width
     */
    public static void main(String[] args) throws IOException {
        if (args[0].equals("first")) {
            float[] vector = Embedder.load(Path.of(args[1])).embed(args[2]);
            double clock = System.currentTimeMillis()
                    - ManagementFactory.getRuntimeMXBean().getStartTime();
            double thread = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            double process = ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .orElse(Duration.ZERO)
                    .toMillis();
            System.out.println(clock / 1e3 + " " + thread / 1e9 + " " + process / 1e3 + " " + vector.length);
            return;
        }
        System.out.println(Arrays.toString(Embedder.load(Path.of(args[0])).embed(PROTEIN)));
        System.out.println(FillMask.load(Path.of(args[0])).fill(MASKED));
        System.out.println(Generator.load(Path.of(args[1]))
                .withMaxNew(12)
                .generate(PROMPT)
                .get(0)
                .text());
    }
}
