package io.github.performer4j.gpu;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.gpu.program.FeatureKinds;
import io.github.performer4j.kernels.attention.FeatureKernel;
import java.util.Optional;

/** What of a program the device's kernels do not cover, as {@code operation=…, option=…}. */
final class Coverage {
    private Coverage() {}

    static Optional<String> uncovered(LayerProgram program) {
        return program.ops().stream()
                .map(Coverage::uncovered)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> uncovered(Op op) {
        if (op instanceof Op.AttendGraph) {
            return Optional.of("operation=AttendGraph");
        }
        return op instanceof Op.Attend attend
                ? uncovered(attend.options()).map(option -> "operation=Attend, " + option)
                : Optional.empty();
    }

    static Optional<String> uncovered(AttentionOptions options) {
        FeatureMap map = options.featureMap();
        if (options.grid() != null) {
            return Optional.of("grid=" + options.grid());
        }
        if (options.keepsStatistics()) {
            return Optional.of("statistics=" + options.statistics());
        }
        if (options.kind() == AttentionOptions.Kind.EXACT) {
            return Optional.empty();
        }
        Optional<FeatureKernel> features = map.featureKernel(1, options.features());
        boolean covered = map.fitted().isEmpty()
                && features.isPresent()
                && FeatureKinds.of(features.get()).isPresent();
        return covered ? Optional.empty() : Optional.of("featureMap=" + map);
    }

    /** Returns whether all that a program reads can stay on the device. */
    static boolean onDevice(LayerProgram program) {
        return program.ops().stream()
                .filter(Op.Linear.class::isInstance)
                .map(op -> ((Op.Linear) op).weight())
                .noneMatch(weight -> weight instanceof Weight.Orthogonal
                        || weight instanceof Weight.PerHead each && each.plain() instanceof Weight.Orthogonal);
    }
}
