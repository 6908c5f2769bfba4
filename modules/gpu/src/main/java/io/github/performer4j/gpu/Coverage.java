package io.github.performer4j.gpu;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.MaskKind;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.gpu.program.FeatureKinds;
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
        if (op instanceof Op.AttendGraph attend) {
            if (!(attend.kind() instanceof MaskKind.Factors factors
                    && factors.groups().isEmpty())) {
                return Optional.of("operation=AttendGraph, mask=" + attend.kind());
            }
            return uncovered(attend.options()).map(option -> "operation=AttendGraph, " + option);
        }
        return op instanceof Op.Attend attend
                ? uncovered(attend.options()).map(option -> "operation=Attend, " + option)
                : Optional.empty();
    }

    static Optional<String> uncovered(AttentionOptions options) {
        if (options.grid() != null) {
            return Optional.of("grid=" + options.grid());
        }
        if (options.relative() != null) {
            return Optional.of("relative=" + options.relative());
        }
        if (options.fourier() != null) {
            return Optional.of("fourier=" + options.fourier());
        }
        if (options.prefix() > 0) {
            return Optional.of("prefix=" + options.prefix());
        }
        boolean covered = options.kind() == AttentionOptions.Kind.EXACT
                || FeatureKinds.of(options).isPresent();
        return covered ? Optional.empty() : Optional.of("featureMap=" + options.featureMap());
    }

    /** Returns whether all that a program reads and keeps can stay on the device: no orthogonal weights, and no moments that features are fitted to. */
    static boolean onDevice(LayerProgram program) {
        return program.ops().stream().noneMatch(Coverage::onHost);
    }

    private static boolean onHost(Op op) {
        if (op instanceof Op.Linear linear) {
            Weight weight = linear.weight();
            return weight instanceof Weight.Orthogonal
                    || weight instanceof Weight.PerHead each && each.plain() instanceof Weight.Orthogonal;
        }
        return op instanceof Op.Attend attend && attend.options().keepsStatistics();
    }
}
