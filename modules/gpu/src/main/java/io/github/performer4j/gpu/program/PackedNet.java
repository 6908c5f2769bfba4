package io.github.performer4j.gpu.program;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.engine.NetProgram;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import java.util.List;

/**
 * What packed rows are to a net: whether they run as they are, and how long its sequences look to it.
 *
 * @param packs whether all of its layers take them
 * @param attentions of the net
 */
public record PackedNet(boolean packs, List<Op.Attend> attentions) {

    /** Looks at a net. */
    public static PackedNet of(NetProgram net) {
        List<LayerProgram> programs =
                net.stages().stream().map(NetProgram.Stage::program).toList();
        return new PackedNet(
                programs.stream().allMatch(PackedNet::packs),
                programs.stream()
                        .flatMap(program -> program.ops().stream())
                        .filter(Op.Attend.class::isInstance)
                        .map(Op.Attend.class::cast)
                        .toList());
    }

    /** Returns whether packed rows run as they are: no vector of a row, no graph, no other sequence, and no features that are fitted to each sequence. */
    public static boolean packs(LayerProgram program) {
        return !program.pools() && program.ops().stream().allMatch(PackedNet::packs);
    }

    private static boolean packs(Op op) {
        if (op instanceof Op.Attend attend) {
            boolean fits = attend.options().kind() != AttentionOptions.Kind.EXACT
                    && attend.options().featureMap().fitted().isPresent();
            return !fits && attend.q().side() == attend.k().side();
        }
        return !(op instanceof Op.AttendGraph);
    }

    /**
     * Returns a number of tokens that chooses between exact and linear attention as the longest sequence of some rows does: T or 1 if one of them does, so that batches that differ in nothing else are of one
     * shape.
     */
    int standing(int longest, int tokens) {
        if (kinds(tokens).equals(kinds(longest))) {
            return tokens;
        }
        return kinds(1).equals(kinds(longest)) ? 1 : longest;
    }

    private List<AttentionOptions.Kind> kinds(int tokens) {
        return attentions.stream()
                .map(op -> op.options().kindFor(op.q().columns(), tokens))
                .toList();
    }
}
