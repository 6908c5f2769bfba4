package io.github.performer4j.training.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Figures beside scikit-learn's and SciPy's: figures.json, made by figures.py. */
class FiguresGoldenTest {
    private static JsonNode golden;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream file = FiguresGoldenTest.class.getResourceAsStream("figures.json")) {
            golden = new ObjectMapper().readTree(file);
        }
    }

    static Stream<JsonNode> classes() throws IOException {
        return cases("classes");
    }

    static Stream<JsonNode> sets() throws IOException {
        return cases("sets");
    }

    static Stream<JsonNode> numbers() throws IOException {
        return cases("numbers");
    }

    static Stream<JsonNode> pools() throws IOException {
        return cases("pools");
    }

    @ParameterizedTest
    @MethodSource("classes")
    void ofClasses(JsonNode one) {
        ClassFigures figures = ClassFigures.of(one.path("classes").asInt());
        for (int i = 0; i < one.path("labels").size(); i++) {
            float weight = one.path("weights").isNull()
                    ? 1
                    : (float) one.path("weights").get(i).asDouble();
            figures.add(
                    one.path("labels").get(i).asInt(), parts(one.path("parts").get(i)), weight);
        }
        equal(figures.figures(), one.path("figures"));
        List<ClassFigure> perClass = figures.confusion().perClass();
        equal(perClass, ClassFigure::precision, one.path("precision"));
        equal(perClass, ClassFigure::recall, one.path("recall"));
        equal(perClass, ClassFigure::f1, one.path("f1"));
        if (one.path("weights").isNull()) { // scikit-learn's support takes no weights before 1.3
            equal(perClass, ClassFigure::support, one.path("support"));
        }
        double[][] confusion = figures.confusion().counts();
        for (int k = 0; k < confusion.length; k++) {
            assertThat(confusion[k])
                    .containsExactly(doubles(one.path("confusion").get(k)));
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void ofLabelSets(JsonNode one) {
        int classes = one.path("classes").asInt();
        MultiLabelFigures figures = MultiLabelFigures.of(classes);
        for (int i = 0; i < one.path("truth").size(); i++) {
            boolean[] labels = new boolean[classes];
            for (int k = 0; k < classes; k++) {
                labels[k] = one.path("truth").get(i).get(k).asInt() == 1;
            }
            figures.add(labels, parts(one.path("parts").get(i)));
        }
        equal(figures.figures(), one.path("figures"));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void ofNumbers(JsonNode one) {
        NumberFigures figures = NumberFigures.of(one.path("dimensions").asInt());
        for (int i = 0; i < one.path("truth").size(); i++) {
            figures.add(
                    floats(one.path("truth").get(i)),
                    floats(one.path("prediction").get(i)));
        }
        equal(figures.figures(), one.path("figures"));
        assertThat(Ranking.midRanks(figures.truth(0))).containsExactly(doubles(one.path("ranks")));
    }

    @ParameterizedTest
    @MethodSource("pools")
    void ofPairs(JsonNode one) {
        float[][] similarities = StreamSupport.stream(one.path("similarity").spliterator(), false)
                .map(FiguresGoldenTest::floats)
                .toArray(float[][]::new);
        PairFigures figures = new PairFigures();
        figures.addSimilarities(similarities);
        equal(figures.figures(), one.path("figures"));
    }

    private static Stream<JsonNode> cases(String kind) throws IOException {
        if (golden == null) {
            read();
        }
        List<JsonNode> all = new ArrayList<>();
        golden.path(kind).forEach(all::add);
        assertThat(all).isNotEmpty();
        return all.stream();
    }

    private static void equal(Map<String, Double> figures, JsonNode expected) {
        assertThat(figures.keySet()).containsExactlyElementsOf(expected::fieldNames);
        figures.forEach((name, value) -> {
            if (expected.path(name).isNull()) {
                assertThat(value).as(name).isNull();
            } else {
                assertThat(value).as(name).isCloseTo(expected.path(name).asDouble(), within(Expect.TOLERANCE));
            }
        });
    }

    private static void equal(List<ClassFigure> found, ToDoubleFunction<ClassFigure> figure, JsonNode expected) {
        assertThat(found.stream().mapToDouble(figure).toArray())
                .containsExactly(doubles(expected), within(Expect.TOLERANCE));
    }

    private static float[] parts(JsonNode row) {
        float[] parts = floats(row);
        for (int k = 0; k < parts.length; k++) {
            parts[k] /= 64;
        }
        return parts;
    }

    private static float[] floats(JsonNode row) {
        float[] values = new float[row.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) row.get(i).asDouble();
        }
        return values;
    }

    private static double[] doubles(JsonNode row) {
        return StreamSupport.stream(row.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }
}
