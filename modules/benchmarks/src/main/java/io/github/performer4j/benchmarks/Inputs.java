package io.github.performer4j.benchmarks;

import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Path;

/** Draws the inputs of a case into files; each tensor is a function of the case's seed and its own name. */
final class Inputs {
    /** Where layers draw their projections, see core's ProjectionDraw; were it to differ, no check of a block would pass. */
    private static final long PROJECTION_SITE = -2;

    private Inputs() {}

    /** Writes all {@link Tensors#inputs}. */
    static void write(Case c, Path folder) throws IOException {
        for (Tensor tensor : Tensors.inputs(c)) {
            TensorFiles.write(TensorFiles.file(folder, tensor.name()), tensor.length(), source(c, tensor));
        }
    }

    private static TensorFiles.Source source(Case c, Tensor tensor) {
        CounterRandom random = CounterRandom.of(c.seed(), tensor.name().hashCode());
        if (tensor.draw() instanceof Tensor.Normal normal) {
            return (offset, values, n) -> {
                for (int i = 0; i < n; i++) {
                    values[i] = (float) (normal.mean() + normal.deviation() * random.nextGaussian());
                }
            };
        }
        if (tensor.draw() instanceof Tensor.Ids ids) {
            return (offset, values, n) -> {
                for (int i = 0; i < n; i++) {
                    values[i] = random.nextInt(ids.bound());
                }
            };
        }
        double[][] w = projection(c, ((Tensor.Projection) tensor.draw()).layer());
        return (offset, values, n) -> {
            for (int i = 0; i < n; i++) {
                long at = offset + i;
                values[i] = (float) w[(int) (at / c.headSize())][(int) (at % c.headSize())];
            }
        };
    }

    /** Returns W [M,D] as a layer of this name draws it in a net with the case's seed before any redraw. */
    static double[][] projection(Case c, String layer) {
        long name = CounterRandom.mix(layer.hashCode());
        return Projection.IID.draw(c.features(), c.headSize(), CounterRandom.mix(c.seed(), name, 0, PROJECTION_SITE));
    }
}
