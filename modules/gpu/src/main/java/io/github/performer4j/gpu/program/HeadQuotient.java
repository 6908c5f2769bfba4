package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import java.util.List;

/**
 * Rows of attention divided by their denominators, {@code out_i = Σ_j a_ij v_j / Σ_j a_ij}, or the mean of what a row sees where that underflows, and the gradient of that; 1/denominators are kept for it.
 */
record HeadQuotient(DeviceRun run, Op.Attend op, HeadShape shape) {

    /**
     * What sums over keys give, beside the sums themselves.
     *
     * @param fromState factor of sums for each row; 0 for 1
     * @param mass ε Σφ of each query; 0 without
     * @param seen sums of the values that rows see, and how many they are
     * @param perRow whether {@code seen} is for each row, and not for each head
     */
    record Beside(long fromState, long mass, long seen, boolean perRow) {}

    private long rows() {
        return (long) shape.all() * shape.paddedQueries();
    }

    private long inverses() {
        return run.kept.room(List.of("inverses", op.writes().id()), rows());
    }

    /**
     * Writes the output.
     *
     * @param outer sums of each row, [v, 1], [B·H,padded,width]
     * @param inner more of them; 0 for none
     */
    void divide(long outer, long inner, Beside beside) {
        run.launches.rows(
                "combine",
                rows(),
                outer,
                inner,
                beside.fromState(),
                beside.mass(),
                beside.seen(),
                Launches.flag(beside.perRow()),
                shape.heads(),
                shape.queries(),
                shape.paddedQueries(),
                shape.valueSize(),
                shape.width(),
                run.value(op.writes()),
                inverses(),
                run.underflows());
    }

    /**
     * Takes the output's gradient back to sums.
     *
     * @param e written: of sums, [B·H,padded,width]
     * @param fe written: the same by {@code fromState}; 0 without
     * @param u written: of the means of rows that underflowed
     */
    void gradient(Beside beside, long e, long fe, long u) {
        run.launches.rows(
                "quotient",
                rows(),
                run.gradient(op.writes()),
                run.value(op.writes()),
                inverses(),
                beside.fromState(),
                beside.mass(),
                beside.seen(),
                Launches.flag(beside.perRow()),
                shape.heads(),
                shape.queries(),
                shape.paddedQueries(),
                shape.valueSize(),
                shape.width(),
                e,
                fe,
                u);
    }
}
