package io.github.performer4j.tuning.search;

import io.github.performer4j.tuning.space.SearchSpace;
import java.util.Map;

/** Functions with known minima, as spaces of keys and costs. */
enum TestFunction {
    /** Branin: three equal minima, 10/(8π) = 0.397887. */
    BRANIN("""
            {"formatVersion": 1, "parameters": {
              "x": {"kind": "continuous", "min": -5, "max": 10}, "y": {"kind": "continuous", "min": 0, "max": 15}}}
            """, 10 / (8 * Math.PI)) {
        @Override
        double cost(Map<String, String> values) {
            double x = number(values, "x");
            double y = number(values, "y");
            double curve = y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
            return curve * curve + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
        }
    },

    /** A bowl over five coordinates of all kinds, one of them there only with one choice: minimum 0 at rate 1e-3, 4, "b", 0.25, 0.7. */
    MIXED("""
            {"formatVersion": 1, "parameters": {
              "rate": {"kind": "log", "min": 1e-5, "max": 1e-1}, "size": {"kind": "integer", "min": 1, "max": 12},
              "way": {"kind": "choice", "values": ["a", "b", "c", "d"]}, "drop": {"kind": "continuous", "min": 0, "max": 1},
              "of": {"kind": "continuous", "min": 0, "max": 1, "when": {"way": ["b"]}}}}
            """, 0) {
        @Override
        double cost(Map<String, String> values) {
            double rate = Math.log10(number(values, "rate")) + 3;
            double size = (number(values, "size") - 4) / 3;
            double drop = 2 * (number(values, "drop") - 0.25);
            double way = values.get("way").equals("b") ? Math.abs(number(values, "of") - 0.7) : 1;
            return rate * rate + size * size + drop * drop + way;
        }
    };

    final SearchSpace space;
    final double least;

    TestFunction(String space, double least) {
        this.space = SearchSpace.fromJson(space);
        this.least = least;
    }

    abstract double cost(Map<String, String> values);

    private static double number(Map<String, String> values, String key) {
        return Double.parseDouble(values.get(key));
    }
}
