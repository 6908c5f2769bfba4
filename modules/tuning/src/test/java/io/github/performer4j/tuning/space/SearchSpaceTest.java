package io.github.performer4j.tuning.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.training.run.RunConfig;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spaces as JSON and as Arbiter's spaces. */
class SearchSpaceTest {
    private static final String RATE = "training.learningRate";
    private static final String KIND = "model.attention.kind";
    private static final String FEATURES = "model.attention.features";

    private static final SearchSpace SPACE = SearchSpace.fromJson("""
            {"formatVersion": 1, "parameters": {
              "training.learningRate": {"kind": "log", "min": 1e-4, "max": 1e-2},
              "model.dropout": {"kind": "continuous", "min": 0, "max": 0.3},
              "model.layers": {"kind": "integer", "min": 1, "max": 3},
              "model.width": {"kind": "choice", "values": [64, 128]},
              "model.feedForward.hidden": {"kind": "multiple", "of": "model.width", "by": 1.5},
              "model.attention.kind": {"kind": "choice", "values": ["linear", "exact"]},
              "model.attention.features": {"kind": "integer", "min": 16, "max": 128,
                                           "when": {"model.attention.kind": ["linear"]}}}}
            """);

    @Test
    void theMiddleOfEveryRange() {
        // √(1e-4 · 1e-2) = 1e-3; 1.5 · 128 = 192; the sixth coordinate is that of a key which is not set.
        Map<String, String> values = SPACE.getValue(new double[] {0.5, 0.5, 0.5, 0.6, 0.6, 0.5});
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put(RATE, "0.001");
        expected.put("model.dropout", "0.15");
        expected.put("model.layers", "2");
        expected.put("model.width", "128");
        expected.put("model.feedForward.hidden", "192");
        expected.put(KIND, "exact");
        assertThat(values).containsExactlyEntriesOf(expected);
        assertThat(SPACE.getValue(new double[] {0.5, 0.5, 0.5, 0.4, 0.4, 0}))
                .containsEntry(KIND, "linear")
                .containsEntry(FEATURES, "16")
                .containsEntry("model.feedForward.hidden", "96");
    }

    @Test
    void theEndsBelongToTheRanges() {
        Map<String, String> least = SPACE.getValue(new double[6]);
        Map<String, String> most = SPACE.getValue(new double[] {1, 1, 1, 1, 0.2, 1});
        assertThat(least).containsEntry(RATE, "0.0001").containsEntry("model.dropout", "0");
        assertThat(most).containsEntry(RATE, "0.01").containsEntry("model.dropout", "0.3");
        assertThat(least).containsEntry("model.layers", "1").containsEntry("model.width", "64");
        assertThat(most).containsEntry("model.layers", "3").containsEntry("model.width", "128");
        assertThat(most).containsEntry(FEATURES, "128");
    }

    /** Law of each kind: uniform logarithms, uniform numbers, equal shares; mean and shares within five standard errors. */
    @Test
    void arbitersGeneratorDrawsByTheLawsOfTheRanges() {
        RandomSearchGenerator generator = new RandomSearchGenerator(SPACE);
        generator.setRngSeed(5);
        int n = 4000;
        double logs = 0;
        double dropouts = 0;
        Map<String, Integer> layers = new TreeMap<>();
        Set<String> features = new HashSet<>();
        for (int i = 0; i < n; i++) {
            Map<String, String> values = values(generator.getCandidate());
            logs += Math.log10(Double.parseDouble(values.get(RATE)));
            dropouts += Double.parseDouble(values.get("model.dropout"));
            layers.merge(values.get("model.layers"), 1, Integer::sum);
            assertThat(values.containsKey(FEATURES)).isEqualTo(values.get(KIND).equals("linear"));
            features.add(values.getOrDefault(FEATURES, "none"));
        }
        // Standard deviations: width of the range / √12, and √(p(1 − p)) of a share.
        assertThat(logs / n).isCloseTo(-3, within(5 * 2 / Math.sqrt(12.0 * n)));
        assertThat(dropouts / n).isCloseTo(0.15, within(5 * 0.3 / Math.sqrt(12.0 * n)));
        assertThat(layers.keySet()).containsExactly("1", "2", "3");
        layers.values()
                .forEach(count ->
                        assertThat(count / (double) n).isCloseTo(1 / 3.0, within(5 * Math.sqrt(2 / 9.0 / n))));
        assertThat(features).hasSizeGreaterThan(105).contains("none");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> values(Candidate<?> candidate) {
        return (Map<String, String>) candidate.getValue();
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        SearchSpace again = SearchSpace.fromJson(SPACE.toJson());
        assertThat(again.parameters()).isEqualTo(SPACE.parameters());
        double[] u = new SplittableRandom(3).doubles(6).toArray();
        assertThat(again.getValue(u)).isEqualTo(SPACE.getValue(u));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | a space must be of the format that this build reads; formatVersion=none, reads=1",
                "{'formatVersion': 2} | a space must be of the format that this build reads; formatVersion=2, reads=1",
                "{'formatVersion': 1, 'parameter': {}} | unknown field; field=parameter, known=formatVersion, parameters",
                "{'formatVersion': 1, 'parameters': []} | parameters must be an object, a range by key; parameters=[]",
                "{'formatVersion': 1, 'parameters': {}} | a space needs a parameter with a range; parameters=0",
                "@{'kind': 'normal'} | parameter a.b: unknown kind of range; kind=normal, known=continuous, log, integer",
                "@{} | parameter a.b: unknown kind of range; kind=none",
                "@[1, 2] | parameter a.b: a range must be an object; found=[1,2]",
                "@{'kind': 'log', 'min': 1} | parameter a.b: a range of this kind needs a field; kind=log, field=max",
                "@{'kind': 'log', 'min': 0, 'max': 1} | a.b: min must be positive and below max; min=0.0, max=1.0",
                "@{'kind': 'log', 'min': 1, 'max': 2, 'base': 10} | a.b: unknown field; field=base, known=kind, max, min, when",
                "@{'kind': 'continuous', 'min': 2, 'max': 1} | a.b: min must be below max; min=2.0, max=1.0",
                "@{'kind': 'continuous', 'min': '2', 'max': 1} | a.b: min must be a number; min=~2~",
                "@{'kind': 'integer', 'min': 3, 'max': 3} | a.b: min must be below max; min=3, max=3",
                "@{'kind': 'integer', 'min': 3, 'max': 4.5} | a.b: max must be a whole number of 31 bits; max=4.5",
                "@{'kind': 'integer', 'min': 3, 'max': 4000000000} | a.b: max must be a whole number of 31 bits",
                "@{'kind': 'choice', 'values': [1]} | a.b: a choice needs at least two values, all different; values=[1]",
                "@{'kind': 'choice', 'values': [1, '1']} | a.b: a choice needs at least two values, all different",
                "@{'kind': 'choice', 'values': [1, [2]]} | a.b: a value must be a number, a text, true, false or null",
                "@{'kind': 'choice', 'values': [1, 2], 'when': {'c': [3]}} | when must name a choice that stands before",
                "@{'kind': 'multiple', 'of': 'c', 'by': 2} | of must name a key of numbers that stands before",
                "@{'kind': 'multiple', 'of': 'c', 'by': 0} | a.b: by must be a number other than 0; by=0.0"
            })
    void whatIsWrongIsNamed(String json, String message) {
        String whole =
                json.startsWith("@") ? "{'formatVersion': 1, 'parameters': {'a.b': " + json.substring(1) + "}}" : json;
        assertThatThrownBy(() -> SearchSpace.fromJson(whole.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message.replace('~', '"'));
    }

    @Test
    void aKeyTwiceIsRefusedAndSoIsAConditionOnANumber() {
        assertThatThrownBy(() -> SearchSpace.fromJson(two("'a'", "'a'"))).hasMessageContaining("Duplicate field 'a'");
        assertThatThrownBy(() -> SearchSpace.fromJson(two("'a'", "'b'").replace("2}", "2, \"when\": {\"a\": [1]}}")))
                .hasMessageContaining("when must name a choice that stands before");
    }

    private static String two(String first, String second) {
        String range = ": {'kind': 'integer', 'min': 1, 'max': 2}";
        return ("{'formatVersion': 1, 'parameters': {" + first + range + ", " + second + range + "}}")
                .replace('\'', '"');
    }

    @Test
    void aSpaceGoesWithItsConfigurationOrIsRefused() {
        RunConfig base = RunConfig.preset("protein-quickstart").withOverrides(Map.of("model.attention.decay", "none"));
        SpaceCheck.require(SPACE, base);
        refused(
                "model.widht",
                "{'kind': 'choice', 'values': [1, 2]}",
                base,
                "unknown key; key=model.widht, nearest=model.width");
        refused("data.maxTokens", "{'kind': 'choice', 'values': [1, 2]}", base, "not task, data, length, seed");
        refused("training.seed", "{'kind': 'integer', 'min': 1, 'max': 2}", base, "not task, data, length, seed");
        refused(
                "model.dropout",
                "{'kind': 'continuous', 'min': 0, 'max': 1.5}",
                base,
                "a range must be possible for its key; parameter=model.dropout: bad value; model.dropout=1.5");
        refused(
                "model.attention.features", // whole at both ends, and nowhere else
                "{'kind': 'log', 'min': 16, 'max': 512}",
                base,
                "a range must be possible for its key; parameter=model.attention.features");
        refused("model.layers", "{'kind': 'choice', 'values': [2, 'two']}", base, "bad value; model.layers=two");
    }

    /** Alone neither 510 nor its heads go with the other, together they do: 510 = 5 · 102. */
    @Test
    void valuesThatArePossibleTogetherAreRight() {
        RunConfig base = RunConfig.preset("protein-small").withOverrides(Map.of("model.attention.heads", "4"));
        SpaceCheck.require(SearchSpace.fromJson("""
                {"formatVersion": 1, "parameters": {
                  "model.width": {"kind": "choice", "values": [128, 510]},
                  "model.attention.heads": {"kind": "choice", "values": [4, 5]}}}
                """), base);
    }

    private static void refused(String key, String range, RunConfig base, String message) {
        SearchSpace space = SearchSpace.fromJson(
                ("{'formatVersion': 1, 'parameters': {'" + key + "': " + range + "}}").replace('\'', '"'));
        assertThatThrownBy(() -> SpaceCheck.require(space, base))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
