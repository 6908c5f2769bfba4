package io.github.performer4j.data.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleColumnsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void jsonComesBack() throws IOException {
        ExampleColumns columns = ExampleColumns.defaults()
                .withText("a")
                .withPair("b")
                .withLabels("y", "z")
                .withId("i")
                .withGroup("g")
                .withTime("t")
                .withSplit("s")
                .withLabelFile(Path.of("some/labels.tsv"))
                .withOptions(ReadingOptions.defaults()
                        .withLabelSeparator("; ")
                        .withQuoted(false)
                        .withUnlabelled("none")
                        .withSize(28, 30)
                        .withChannels(3));
        String json = JSON.writeValueAsString(columns);
        assertThat(JSON.readValue(json, ExampleColumns.class)).isEqualTo(columns);
        assertThat(JSON.readTree(json).get("labelFile").asText()).isEqualTo("some/labels.tsv");
        ExampleColumns pattern = ExampleColumns.defaults().withLabelPattern("OS=(\\w+)");
        assertThat(JSON.readValue(JSON.writeValueAsString(pattern), ExampleColumns.class))
                .isEqualTo(pattern);
    }

    @Test
    void whatIsLeftOutHasItsDefault() throws IOException {
        assertThat(JSON.readValue("{}", ExampleColumns.class)).isEqualTo(ExampleColumns.defaults());
        assertThat(JSON.readValue("{\"options\":{}}", ExampleColumns.class)).isEqualTo(ExampleColumns.defaults());
        assertThat(ExampleColumns.defaults())
                .isEqualTo(new ExampleColumns(
                        "text",
                        null,
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        new ReadingOptions("|", true, "error", 0, 0, 0, null, "error", "kinds", 0, 0),
                        List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"labelPattern\":\"x\"}; labelPattern must have one group; labelPattern=x, groups=0",
                "{\"labelPattern\":\"(x)(y)\"}; labelPattern must have one group; labelPattern=(x)(y), groups=2",
                "{\"labelPattern\":\"(x\"}; labelPattern must be a regular expression; labelPattern=(x,"
                        + " fault=Unclosed group",
                "{\"labelPattern\":\"(x)\",\"labelFile\":\"f\"}; labels come from labelPattern or labelFile,"
                        + " not from both;"
                        + " labelPattern=(x), labelFile=f",
                "{\"negatives\":[\"a\"]}; columns of hard negatives must differ, stand beside a pair, and be at most 32;"
                        + " pair=null, negatives=[a]",
                "{\"labels\":[\"a\",\"a\"]}; label columns must differ; labels=[a, a]",
                "{\"options\":{\"unlabelled\":\"skip\"}}; unlabelled must be error or none; unlabelled=skip",
                "{\"options\":{\"channels\":2}}; channels must be 0, 1 or 3; channels=2",
                "{\"options\":{\"labelSeparator\":\"\"}}; labelSeparator must hold a character; labelSeparator=\"\"",
                "{\"options\":{\"height\":5}}; height and width must be given together, or be 0 for those of"
                        + " the first image;"
                        + " height=5, width=0"
            })
    void wrongValuesAreRefused(String jsonAndMessage) {
        int end = jsonAndMessage.indexOf("; ");
        assertThatThrownBy(() -> JSON.readValue(jsonAndMessage.substring(0, end), ExampleColumns.class))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(jsonAndMessage.substring(end + 2));
    }

    @Test
    void anExampleHasTextsOrSymbols() {
        assertThatThrownBy(() -> new Example(1, "a", List.of(), null, List.of(), null, null, null))
                .hasMessage(
                        "an example must have one text, two, symbols, or a graph; texts=0, symbols=none, nodes=none");
        assertThatThrownBy(() -> new Example(1, "a", List.of("x"), new int[3], List.of(), null, null, null))
                .hasMessage("an example must have one text, two, symbols, or a graph; texts=1, symbols=3, nodes=none");
    }
}
