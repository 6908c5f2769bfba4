package io.github.performer4j.core.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TasksTest {
    /** A task of a user's own. */
    public record Own(int size) implements Task {
        /** Has its default. */
        public Own() {
            this(3);
        }

        @Override
        public String purpose() {
            return "is tested";
        }

        @Override
        public void head(HeadPlace place) {}
    }

    private static Task read(String json) {
        try {
            return Tasks.read(StrictJson.MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Head.class)
    void jsonRoundTripsCompleteAndNot(Head head) {
        for (Task task : List.of(head.task(3), Tasks.named(head.task(3).name()))) {
            assertThat(Tasks.read(Tasks.write(task))).isEqualTo(task);
            assertThat(Tasks.write(task).get("name").asText()).isEqualTo(task.name());
            assertThat(Tasks.names()).contains(task.name());
        }
        assertThat(head.task(3).missing()).isNull();
    }

    @Test
    void aTaskOfAUsersOwnIsNamedByItsClass() {
        Own own = new Own(5);
        assertThat(own.name()).isEqualTo(Own.class.getName());
        assertThat(Tasks.read(Tasks.write(own))).isEqualTo(own);
        assertThat(Tasks.named(Own.class.getName())).isEqualTo(new Own());
        assertThatThrownBy(() -> Tasks.named("java.lang.String"))
                .hasMessage("a task must be a io.github.performer4j.core.task.Task; class=java.lang.String");
        assertThatThrownBy(() -> Tasks.named("org.example.None")).hasMessageContaining("must be on the class path");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\": \"translate\"} | unknown task; name=translate, known=masked-lm, causal-lm, classify, tag, regress, pairs, pixels, seq2seq, or the class of your own",
                "{\"name\": \"tag\", \"maskRate\": 0.1} | unknown key of the task; task=tag, key=maskRate, known=[labels, ignored, unit]",
                "{\"name\": \"masked-lm\", \"maskRate\": 0} | maskRate must be in (0, 1); maskRate=0.0",
                "{\"name\": \"classify\", \"labels\": [\"a\", \"a\"]} | labels must be different and not empty; label=a, labels=2",
                "{\"name\": \"classify\", \"labels\": [\"a\"]} | there must be at least 2 labels; labels=[a]",
                "{\"name\": \"classify\", \"classWeights\": \"heavy\"} | unknown classWeights; classWeights=heavy, known=none, balanced",
                "{\"name\": \"classify\", \"classWeights\": \"balanced\", \"multiLabel\": true} | class weights go with one label for each sequence; classWeights=balanced, multiLabel=true",
                "{\"name\": \"classify\", \"labels\": [\"a\", \"b\"], \"weights\": [1.0]} | there must be a weight for each label; weights=1, labels=2",
                "{\"name\": \"tag\", \"labels\": [\"H\", \"E\"], \"ignored\": \"E\"} | what is ignored must be no label; ignored=E, labels=[H, E]",
                "{\"name\": \"regress\", \"loss\": \"l1\"} | unknown loss; loss=l1, known=mse, huber",
                "{\"name\": \"regress\", \"delta\": 0} | delta must be positive; delta=0.0",
                "{\"name\": \"pixels\", \"height\": 3} | the images' size must be known whole, or not at all; height=3, width=0, channels=0",
                "{\"maskRate\": 0.1} | a task must be an object with a name; found={\"maskRate\":0.1}"
            })
    void brokenRulesAreNamed(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void nothingIsGuessed() {
        assertThatThrownBy(() -> read("{\"name\": \"classify\", \"multiLabel\": \"yes\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("\n");
        assertThat(read("{\"name\": \"MASKED_LM\"}")).isEqualTo(new MaskedLanguageModel());
        assertThat(new Classification().missing()).isEqualTo("task.labels");
        assertThat(new Classification(List.of("a", "b"), false, "balanced", null).missing())
                .isEqualTo("task.weights");
    }
}
