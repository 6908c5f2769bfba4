package io.github.performer4j.training.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Figures over entities beside seqeval's: entities.json, made by entities.py. */
class EntitiesGoldenTest {
    static Stream<JsonNode> cases() throws IOException {
        try (InputStream file = EntitiesGoldenTest.class.getResourceAsStream("entities.json")) {
            JsonNode cases = new ObjectMapper().readTree(file);
            assertThat(cases).isNotEmpty();
            return StreamSupport.stream(cases.spliterator(), false);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void ofTags(JsonNode one) {
        List<String> labels = StreamSupport.stream(one.path("labels").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        TagFigures figures = TagFigures.of(labels);
        for (int i = 0; i < one.path("truth").size(); i++) {
            figures.add(
                    tags(one.path("truth").get(i)), tags(one.path("predicted").get(i)));
        }
        Map<String, Double> found = figures.figures();
        assertThat(one.path("figures").size()).isEqualTo(4);
        one.path("figures").properties().forEach(expected -> close(found.get(expected.getKey()), expected.getValue()));
        Map<String, ClassFigure> perType = figures.perType();
        assertThat(perType.keySet()).containsExactlyElementsOf(one.path("types")::fieldNames);
        perType.forEach((type, figure) -> {
            JsonNode expected = one.path("types").path(type);
            close(figure.precision(), expected.path("precision"));
            close(figure.recall(), expected.path("recall"));
            close(figure.f1(), expected.path("f1"));
            close(figure.support(), expected.path("support"));
        });
    }

    private static void close(double found, JsonNode expected) {
        assertThat(found).isCloseTo(expected.asDouble(), within(Expect.TOLERANCE));
    }

    private static int[] tags(JsonNode row) {
        return StreamSupport.stream(row.spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
    }
}
