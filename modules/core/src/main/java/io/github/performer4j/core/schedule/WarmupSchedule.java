package io.github.performer4j.core.schedule;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.github.performer4j.core.base.ContinuingSchedule;
import java.util.Arrays;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonIgnoreProperties;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Linear warm-up, a plateau or an inverse square root, and a cosine decay, as one function of the iteration s = 0, 1, 2, …:
 *
 * <pre>
 * rate(s)  = peak · min(1, (s+1) / warmup) · plateau(s) · decay(s)
 * plateau  = 1                                     CONSTANT, COSINE
 *          = √(w / max(s+1, w)),  w = max(1, warmup)   INVERSE_SQRT
 * decay    = 1                                     s &lt; decayStart, or decayStart = NEVER
 *          = f + (1−f) · ½(1 + cos πp)             p = min(1, (s − decayStart) / (end − decayStart)), f = finalFraction
 * </pre>
 *
 * <p>The inverse square root is that of <em>Attention Is All You Need</em> (arXiv 1706.03762, §5.3), scaled so that its peak is
 * {@code peak}; the cosine is that of SGDR without restarts (arXiv 1608.03983). All values are immutable, so one instance may serve
 * every layer of a network and all its copies.
 *
 * @param peak the highest rate, per step
 * @param warmup steps of linear warm-up; 0 for none
 * @param shape what the plateau looks like
 * @param decayStart the first iteration of the decay, or {@link #NEVER}
 * @param end the number of iterations of the run: the decay would reach its final rate at this iteration
 * @param finalFraction the final rate as a fraction of the plateau's, in [0, 1]
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record WarmupSchedule(
        @JsonProperty("peak") double peak,
        @JsonProperty("warmup") long warmup,
        @JsonProperty("shape") Shape shape,
        @JsonProperty("decayStart") long decayStart,
        @JsonProperty("end") long end,
        @JsonProperty("finalFraction") double finalFraction)
        implements ContinuingSchedule {
    /** Stands for a decay that does not start. */
    public static final long NEVER = -1;

    /** The run between warm-up and decay. */
    public enum Shape {
        /** Stays at the peak; decays only where a decay start is set. */
        CONSTANT,
        /** Stays at the peak until the decay, which by default starts where the warm-up ends. */
        COSINE,
        /** Falls with the square root of the iteration. */
        INVERSE_SQRT {
            @Override
            double plateau(long iteration, long warmup) {
                double w = Math.max(1, warmup);
                return Math.sqrt(w / Math.max(iteration + 1.0, w));
            }
        };

        /**
         * Finds a constant by name.
         *
         * @param name in any case, with '-' or '_'
         * @throws IllegalArgumentException if there is none; the message lists all
         */
        @JsonCreator
        public static Shape named(String name) {
            for (Shape value : values()) {
                if (value.name().equalsIgnoreCase(name.replace('-', '_'))) {
                    return value;
                }
            }
            throw new IllegalArgumentException(
                    "unknown schedule; schedule=" + name + ", known=" + Arrays.toString(values()));
        }

        double plateau(long iteration, long warmup) {
            return 1;
        }
    }

    /** Checks every value. */
    public WarmupSchedule {
        if (!(peak > 0) || Double.isInfinite(peak)) {
            throw new IllegalArgumentException("learning rate must be positive; peak=" + peak);
        }
        if (warmup < 0) {
            throw new IllegalArgumentException("warm-up must not be negative; warmup=" + warmup);
        }
        if (shape == null) {
            throw new IllegalArgumentException("a schedule needs a shape; shape=null");
        }
        if (decayStart != NEVER && (decayStart < 0 || end <= decayStart)) {
            throw new IllegalArgumentException(
                    "decay must start at 0 or later and before the end; decayStart=" + decayStart + ", end=" + end);
        }
        if (!(finalFraction >= 0 && finalFraction <= 1)) {
            throw new IllegalArgumentException("final rate must be a fraction in [0, 1]; finalRate=" + finalFraction);
        }
    }

    /**
     * Returns the rate at an iteration.
     *
     * @param iteration parameter updates already done, from 0
     * @param epoch ignored
     */
    @Override
    public double valueAt(int iteration, int epoch) {
        double ramp = iteration < warmup ? (iteration + 1.0) / warmup : 1;
        return peak * ramp * shape.plateau(iteration, warmup) * decay(iteration);
    }

    private double decay(long iteration) {
        if (decayStart == NEVER || iteration < decayStart) {
            return 1;
        }
        double p = Math.min(1, (iteration - decayStart) / (double) (end - decayStart));
        return finalFraction + (1 - finalFraction) * 0.5 * (1 + StrictMath.cos(StrictMath.PI * p));
    }

    @Override
    public ISchedule after(long steps) {
        return new ContinuedSchedule(this, steps);
    }

    /** Returns this schedule: it is immutable. */
    @Override
    public WarmupSchedule clone() {
        return this;
    }
}
