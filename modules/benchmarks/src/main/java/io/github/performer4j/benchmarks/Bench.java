package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A run of the comparison: cases, engines, and how long.
 *
 * @param cases in the order of the table
 * @param engines in the order of the rows of a case; each once
 * @param rounds timed rounds of a case
 * @param seconds time for a case after which no round is started, but for the first three
 * @param threads of each engine
 * @param memoryBytes memory that the engines of a case may take together
 * @param java command lines of engines written in Java
 * @param peers folder where peers' libraries are kept
 */
public record Bench(
        List<Case> cases,
        List<Engine> engines,
        int rounds,
        double seconds,
        int threads,
        long memoryBytes,
        JavaProcess java,
        Path peers) {
    /** Rounds before the yardstick's rates count. */
    private static final int WARM_UP = 2;

    private static final int YARDSTICK_RUNS = 9;

    public Bench {
        cases = List.copyOf(cases);
        engines = List.copyOf(EnumSet.copyOf(Rule.some("engines", engines)));
        Rule.some("tokens", cases);
        Rule.positive("runs", rounds);
        Rule.positive("threads", threads);
        Rule.that(seconds > 0, "seconds must be positive; seconds=" + seconds);
        Rule.that(memoryBytes > 0, "memory must be positive; bytes=" + memoryBytes);
    }

    /**
     * Measures.
     *
     * @param nanos the clock
     * @param notes receives progress, a line each
     * @throws IOException if the folder for files cannot be used
     */
    public Report run(LongSupplier nanos, Consumer<String> notes) throws IOException {
        List<Row> rows = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        List<Double> productRates = new ArrayList<>();
        Machine machine = Machine.here();
        try (Cleanup cleanup = new Cleanup()) {
            Launchers launchers = new Launchers(java, threads, peers, notes, cleanup);
            Harness harness = new Harness(launchers, rounds, seconds, nanos, notes);
            try (Yardstick yardstick = new Yardstick(launchers.yardstick(), cleanup, notes, rates, productRates)) {
                for (Case sizes : cases) {
                    notes.accept(Report.heading(sizes));
                    var refused = MemoryEstimate.refused(sizes, engines, memoryBytes);
                    Case judged = MemoryEstimate.judged(sizes, memoryBytes);
                    rows.addAll(harness.measure(sizes, judged, engines, refused, cleanup, yardstick::time));
                }
                while (rates.size() < WARM_UP + YARDSTICK_RUNS && yardstick.works()) {
                    yardstick.time();
                }
            }
        }
        return new Report(machine, threads, median(rates), median(productRates), rows);
    }

    /** Returns the median of the rates that count; null if there are none. */
    private static Double median(List<Double> rates) {
        List<Double> warm = rates.subList(Math.min(WARM_UP, rates.size()), rates.size());
        return warm.isEmpty() ? null : Timing.median(warm);
    }

    /** The process of {@link Sgemm}; without it there are figures all the same, and no shares. */
    private static final class Yardstick implements AutoCloseable {
        private final List<Double> rates;
        private final List<Double> productRates;
        private final Consumer<String> notes;
        private EngineProcess process;

        Yardstick(
                EngineCommand command,
                Cleanup cleanup,
                Consumer<String> notes,
                List<Double> rates,
                List<Double> productRates) {
            this.rates = rates;
            this.productRates = productRates;
            this.notes = notes;
            try {
                process = new EngineProcess(command, cleanup.folder().resolve("sgemm.log"), cleanup);
            } catch (EngineFailure e) {
                notes.accept("sgemm: " + e.getMessage());
            }
        }

        boolean works() {
            return process != null;
        }

        void time() {
            if (process == null) {
                return;
            }
            try {
                rates.add(Sgemm.rate(process.forward()));
                productRates.add(Sgemm.rate(process.backward()));
            } catch (EngineFailure e) {
                notes.accept("sgemm: " + e.getMessage());
                close();
            }
        }

        @Override
        public void close() {
            if (process != null) {
                process.close();
                process = null;
            }
        }
    }
}
