package io.github.performer4j.tuning.search;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.training.run.RunConfig;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * How much memory a trial takes, before it begins, in bytes beside Java's own heap: P parameters and their summed gradient, Adam's two moments, a gradient for each of t threads, and what each keeps of
 * its n tokens between forward and backward, of L blocks of width E with F hidden values:
 *
 * <pre>4 · ((4 + t) · P + t · n · (L · (12 E + 4 F) + 4 E))</pre>
 *
 * <p>Of reversible blocks one counts, L = 1. The factors are those with which the benchmarks refuse cases that do not fit: rounded up from what was measured.
 */
final class TrialMemory {
    private static final int FLOAT_BYTES = 4;

    private TrialMemory() {}

    /**
     * Estimates.
     *
     * @param config of the trial
     * @param parameters P
     */
    static long bytes(RunConfig config, long parameters) {
        long threads = Math.min(config.training().threads(), config.training().accumulate());
        double width = config.model().width();
        boolean recovered = config.model().reversible() && Engines.kernels(DataType.FLOAT); // graphs keep all blocks
        double kept = (recovered ? 1 : config.model().layers())
                        * (12 * width + 4.0 * config.model().feedForward().hidden())
                + 4 * width;
        double values =
                (4.0 + threads) * parameters + threads * (double) config.data().tokensPerBatch() * kept;
        return (long) (FLOAT_BYTES * values);
    }
}
