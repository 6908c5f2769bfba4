package io.github.performer4j.gpu.program;

import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.program.Op;
import java.util.List;

/**
 * The decay of heads' tokens, a = softplus(z) or fixed, [B·H,padded].
 *
 * @param rates a; 0 for none
 */
record DecayRates(DeviceRun run, Op.Attend op, HeadShape shape, long rates) {

    static DecayRates of(DeviceRun run, Op.Attend op, HeadShape shape, long seen) {
        Decay decay = op.options().decay();
        if (decay == null) {
            return new DecayRates(run, op, shape, 0);
        }
        List<Double> fixed = decay.rates(shape.heads());
        long given = run.tables.row(fixed);
        long n = (long) shape.all() * shape.paddedKeys();
        long a = run.room("decay", n);
        run.launches.values(
                "decays",
                n,
                op.rates() == null ? 0L : run.value(op.rates()),
                given,
                seen,
                a,
                n,
                shape.heads(),
                fixed.size(),
                shape.keys(),
                shape.paddedKeys());
        return new DecayRates(run, op, shape, a);
    }

    /** Returns whether it has a gradient. */
    boolean selective() {
        return op.rates() != null;
    }

    /** Gives to the gradient of z. */
    void gradient(long da) {
        long n = run.length(op.rates());
        run.launches.values(
                "decays_gradient",
                n,
                da,
                run.value(op.rates()),
                run.gradient(op.rates()),
                n,
                shape.heads(),
                op.rates().columns(),
                shape.keys(),
                shape.paddedKeys(),
                Launches.flag(run.adds(op.rates())));
    }
}
