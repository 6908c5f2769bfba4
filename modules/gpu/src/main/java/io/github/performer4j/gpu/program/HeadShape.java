package io.github.performer4j.gpu.program;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.attention.FeatureKernel;

/**
 * The sizes of linear attention on a device.
 *
 * @param batch B
 * @param heads H
 * @param queries Tq
 * @param keys Tk
 * @param size D
 * @param valueSize Dv
 * @param width of values, [v, 1, 0…]: a multiple of 4 above Dv
 * @param draws columns of P
 * @param columns M
 * @param features φ
 * @param kind of φ, as features.cu numbers them
 * @param chunk tokens of a chunk; Tk where heads are not cut
 * @param cut whether heads are cut into chunks
 */
record HeadShape(
        int batch,
        int heads,
        int queries,
        int keys,
        int size,
        int valueSize,
        int width,
        int draws,
        int columns,
        FeatureKernel features,
        int kind,
        int chunk,
        boolean cut) {
    private static final int LARGEST_CHUNK = 64;

    static HeadShape of(Op.Attend op, DevicePass pass) {
        AttentionOptions options = op.options();
        FeatureMap map = options.featureMap();
        int d = op.headSize();
        FeatureKernel features = map.featureKernel(d, options.features()).orElseThrow();
        int draws = features.projected() ? map.draws(options.features()) : d;
        int keys = pass.tokens(op.k().side());
        int valueSize = op.v().columns() / options.heads();
        boolean cut = options.causal()
                || options.decay() != null
                || pass.places(op.k().side()) != 0;
        return new HeadShape(
                pass.batch(),
                options.heads(),
                pass.tokens(op.q().side()),
                keys,
                d,
                valueSize,
                (valueSize + 4) / 4 * 4,
                draws,
                features.columns(draws),
                features,
                map.fitted().isPresent() // whose frames are not looked at again
                        ? FeatureKinds.EXPONENTIAL
                        : FeatureKinds.of(options).orElseThrow(),
                cut ? Math.min(LARGEST_CHUNK, (keys + 15) / 16 * 16) : keys,
                cut);
    }

    /** Returns B·H. */
    int all() {
        return batch * heads;
    }

    /** Returns how many chunks a head has. */
    int chunks() {
        return (keys + chunk - 1) / chunk;
    }

    /** Returns the rows of a head of keys, whole chunks. */
    int paddedKeys() {
        return chunks() * chunk;
    }

    /** Returns the rows of a head of queries. */
    int paddedQueries() {
        return cut ? paddedKeys() : queries;
    }

    /** Returns whether keys have exponents that a stabiliser is subtracted from. */
    boolean exponential() {
        return kind < FeatureKinds.GENERALIZED;
    }
}
