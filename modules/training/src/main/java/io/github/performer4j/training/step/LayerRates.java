package io.github.performer4j.training.step;

import io.github.performer4j.core.schedule.LayerSchedule;
import io.github.performer4j.core.schedule.WarmupSchedule;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Which layers learn slower, or later, than the run's rate says: that of a vertex is {@code factor · rate(s)} from its first step on, and 0 before.
 *
 * @param factors of vertices by name; 1 where none is named
 * @param late vertices that begin to learn at step {@code from}
 * @param from steps that the others learn alone
 */
public record LayerRates(Map<String, Double> factors, Set<String> late, long from) {
    /** All layers learn as the run does. */
    public static final LayerRates NONE = new LayerRates(Map.of(), Set.of(), 0);

    /** Copies what it is given. */
    public LayerRates {
        factors = Map.copyOf(factors);
        late = Set.copyOf(late);
    }

    /** Returns a vertex's schedule: the run's own where nothing says otherwise. */
    public ISchedule of(String vertex, WarmupSchedule run) {
        double factor = factors.getOrDefault(vertex, 1.0);
        long first = late.contains(vertex) ? from : 0;
        return factor == 1 && first == 0 ? run : new LayerSchedule(run, factor, first, 0);
    }
}
