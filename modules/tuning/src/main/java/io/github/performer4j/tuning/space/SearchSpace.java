package io.github.performer4j.tuning.space;

import io.github.performer4j.training.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;

/**
 * What a search may set: keys of a configuration and their ranges.
 *
 * <pre>{@code
 * {"formatVersion": 1, "parameters": {
 *   "training.learningRate":      {"kind": "log", "min": 1e-4, "max": 1e-2},
 *   "model.dropout":              {"kind": "continuous", "min": 0, "max": 0.3},
 *   "model.layers":               {"kind": "integer", "min": 1, "max": 6},
 *   "model.width":                {"kind": "choice", "values": [64, 128]},
 *   "model.feedForward.hidden":   {"kind": "multiple", "of": "model.width", "by": 4},
 *   "model.attention.kind":       {"kind": "choice", "values": ["linear", "exact"]},
 *   "model.attention.features":   {"kind": "integer", "min": 16, "max": 128, "when": {"model.attention.kind": ["linear"]}}}}
 * }</pre>
 *
 * <p>It is a {@link ParameterSpace} of Arbiter, whose generators work on points u in [0, 1]^d with a coordinate for each
 * key that is drawn ({@link #getValue}).
 */
public final class SearchSpace implements ParameterSpace<Map<String, String>> {
    /** The format of spaces that this build reads. */
    public static final int FORMAT = 1;

    private final List<Parameter> parameters;
    private final List<ParameterSpace<?>> leaves = new ArrayList<>();

    /** For each parameter its coordinate; -1 for one that follows from another. */
    private final int[] coordinates;

    /**
     * Makes a space.
     *
     * @param parameters in order; what one refers to stands before it
     * @throws IllegalArgumentException if there is none, a key stands there twice, or a reference is wrong
     */
    public SearchSpace(List<Parameter> parameters) {
        this.parameters = List.copyOf(parameters);
        this.coordinates = new int[parameters.size()];
        Map<String, Parameter> before = new LinkedHashMap<>();
        for (int i = 0; i < coordinates.length; i++) {
            Parameter parameter = parameters.get(i);
            requireReferences(parameter, before);
            Rule.that(
                    before.put(parameter.key(), parameter) == null, "a key stands there once", "key", parameter.key());
            ParameterSpace<?> leaf = parameter.range().leaf();
            coordinates[i] = leaf == null ? -1 : leaves.size();
            if (leaf != null) {
                leaf.setIndices(leaves.size());
                leaves.add(leaf);
            }
        }
        Rule.that(!leaves.isEmpty(), "a space needs a parameter with a range", "parameters", parameters.size());
    }

    /**
     * Reads a space.
     *
     * @throws IllegalArgumentException in one line that names parameter and rule
     */
    public static SearchSpace fromJson(String json) {
        return new SearchSpace(SpaceJson.read(json));
    }

    /** Returns indented JSON that {@link #fromJson} reads. */
    public String toJson() {
        return SpaceJson.write(parameters);
    }

    private static void requireReferences(Parameter parameter, Map<String, Parameter> before) {
        parameter.when().forEach((key, values) -> {
            Rule.that(
                    before.containsKey(key)
                            && before.get(key).range() instanceof Range.Choice choice
                            && !values.isEmpty()
                            && choice.values().containsAll(values),
                    "when must name a choice that stands before, and values of it",
                    "parameter",
                    parameter.key(),
                    "when",
                    key,
                    "values",
                    values);
        });
        if (parameter.range() instanceof Range.Multiple multiple) {
            Parameter other = before.get(multiple.of());
            Rule.that(
                    other != null && other.range().numeric() && other.when().isEmpty(),
                    "of must name a key of numbers that stands before and is always set",
                    "parameter",
                    parameter.key(),
                    "of",
                    multiple.of());
        }
    }

    /** Returns the parameters in their order. */
    public List<Parameter> parameters() {
        return parameters;
    }

    /**
     * Returns the keys and values at a point.
     *
     * @param u coordinates in [0, 1], one for each key that is drawn
     * @return value by key, in the space's order, without keys whose condition does not hold
     */
    @Override
    public Map<String, String> getValue(double[] u) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < coordinates.length; i++) {
            Parameter parameter = parameters.get(i);
            if (parameter.active(values)) {
                values.put(parameter.key(), value(i, u, values));
            }
        }
        return Collections.unmodifiableMap(values);
    }

    private String value(int i, double[] u, Map<String, String> values) {
        Range range = parameters.get(i).range();
        return range instanceof Range.Multiple multiple
                ? range.text(values.get(multiple.of()))
                : range.text(leaves.get(coordinates[i]).getValue(u));
    }

    /** Returns the parameter of a coordinate. */
    public Parameter drawn(int coordinate) {
        for (int i = 0; i < coordinates.length; i++) {
            if (coordinates[i] == coordinate) {
                return parameters.get(i);
            }
        }
        throw new IndexOutOfBoundsException(coordinate);
    }

    /** Returns the number of coordinates, d. */
    @Override
    public int numParameters() {
        return leaves.size();
    }

    // Arbiter's interface has raw types.
    @Override
    @SuppressWarnings("rawtypes")
    public List<ParameterSpace> collectLeaves() {
        return List.copyOf(leaves);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Map<String, ParameterSpace> getNestedSpaces() {
        Map<String, ParameterSpace> nested = new LinkedHashMap<>();
        for (int i = 0; i < leaves.size(); i++) {
            nested.put(drawn(i).key(), leaves.get(i));
        }
        return nested;
    }

    @Override
    public boolean isLeaf() {
        return false;
    }

    @Override
    public void setIndices(int... indices) {
        throw new UnsupportedOperationException("only leaves have an index");
    }
}
