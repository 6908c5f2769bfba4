package io.github.performer4j.benchmarks;

import java.util.List;

/**
 * A case with what one engine took for it; null where nothing was measured.
 *
 * @param sizes the case
 * @param engine who computed
 * @param forwardMs median of a forward pass in milliseconds
 * @param forwardBackwardMs median of forward and backward, for {@link Work#TRAIN} of a training step, in milliseconds
 * @param runs runs behind each median
 * @param peakBytes high-water mark of the process's resident memory
 * @param startBytes the same mark before the case was loaded: virtual machine and libraries
 * @param reason why there are no figures, in one line; null if there are
 */
public record Row(
        Case sizes,
        Engine engine,
        Double forwardMs,
        Double forwardBackwardMs,
        int runs,
        Long peakBytes,
        Long startBytes,
        String reason) {
    private static final double MS_PER_SECOND = 1e3;

    /** Returns a row without figures. */
    static Row none(Case sizes, Engine engine, String reason) {
        return new Row(sizes, engine, null, null, 0, null, null, reason);
    }

    /** Returns a row of medians. */
    static Row of(Case sizes, Engine engine, List<Double> forward, List<Double> backward, long peak, long start) {
        return new Row(
                sizes,
                engine,
                Timing.median(forward),
                Timing.median(backward),
                forward.size(),
                peak == 0 ? null : peak,
                start == 0 ? null : start,
                null);
    }

    /** Returns the forward pass's GFLOP/s over a limit; null if either is unknown. */
    Double forwardShare(Double limit) {
        return share(Operations.forward(sizes), forwardMs, limit);
    }

    /** Returns the same for forward and backward. */
    Double forwardBackwardShare(Double limit) {
        return share(Operations.forwardBackward(sizes), forwardBackwardMs, limit);
    }

    private static Double share(double gflop, Double milliseconds, Double limit) {
        return milliseconds == null || limit == null ? null : gflop / (milliseconds / MS_PER_SECOND) / limit;
    }
}
