package io.github.performer4j.tuning.layer;

import io.github.performer4j.training.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.arbiter.layers.LayerSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * Layers of one kind with settings that are searched, for Arbiter's {@code ComputationGraphSpace} and {@code MultiLayerSpace}: whatever a
 * builder can set may come from a {@link ParameterSpace}.
 *
 * <pre>{@code
 * ParameterSpace<Integer> features = new IntegerParameterSpace(32, 256);
 * ParameterSpace<Boolean> preNorm = new BooleanSpace();
 * new ComputationGraphSpace.Builder()
 *         .addLayer("block", MadeLayerSpace.of(
 *                 at -> new PerformerBlockLayer.Builder()
 *                         .attention(AttentionOptions.defaults().withHeads(4).withFeatures(at.value(features)))
 *                         .preNorm(at.value(preNorm))
 *                         .build(),
 *                 features, preNorm), "in")
 * }</pre>
 *
 * <p>A space that several layers name has one value in all of them. Arbiter's JSON cannot hold the function, so such a
 * search is kept as a program, not as a file.
 *
 * @param <L> the layer
 */
public final class MadeLayerSpace<L extends Layer> extends LayerSpace<L> {
    private final Function<Point, L> make;
    private final List<ParameterSpace<?>> spaces;

    private MadeLayerSpace(Function<Point, L> make, List<ParameterSpace<?>> spaces) {
        this.make = make;
        this.spaces = spaces;
        this.numParameters = collectLeaves().size();
    }

    /** The values that a candidate has for the spaces of a layer. */
    public static final class Point {
        private final double[] u;
        private final List<ParameterSpace<?>> spaces;

        private Point(double[] u, List<ParameterSpace<?>> spaces) {
            this.u = u;
            this.spaces = spaces;
        }

        /**
         * Returns the value of one space.
         *
         * @throws IllegalArgumentException if the layer's space was made without it: a generator would not know of it
         */
        public <P> P value(ParameterSpace<P> space) {
            Rule.that(
                    spaces.stream().anyMatch(known -> known == space),
                    "a layer's space must be made with every space that it asks for",
                    "space",
                    space);
            return space.getValue(u);
        }
    }

    /**
     * Makes the space.
     *
     * @param make builds a layer of the values at a point, a new one each time
     * @param spaces all that it asks for
     */
    public static <L extends Layer> MadeLayerSpace<L> of(Function<Point, L> make, ParameterSpace<?>... spaces) {
        return new MadeLayerSpace<>(make, List.of(spaces));
    }

    @Override
    public L getValue(double[] u) {
        return make.apply(new Point(u, spaces));
    }

    // Arbiter's interface has raw types.
    @Override
    @SuppressWarnings("rawtypes")
    public List<ParameterSpace> collectLeaves() {
        List<ParameterSpace> leaves = new ArrayList<>();
        spaces.forEach(space -> leaves.addAll(space.collectLeaves()));
        return leaves;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Map<String, ParameterSpace> getNestedSpaces() {
        Map<String, ParameterSpace> nested = new LinkedHashMap<>();
        spaces.forEach(space -> nested.put("space" + nested.size(), space));
        return nested;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "MadeLayerSpace(" + spaces + ")";
    }
}
