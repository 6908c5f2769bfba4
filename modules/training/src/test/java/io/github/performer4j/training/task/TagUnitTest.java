package io.github.performer4j.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.core.task.Tasks;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What has a tag is told by the number of tags. */
class TagUnitTest {
    @Test
    void wordsOrCharacters() {
        TagUnit words = new TagUnit();
        assertThat(words.add(List.of("the cat sat"), 3)).isTrue();
        assertThat(words.add(List.of("I"), 1)).isTrue(); // one character is one word
        assertThat(words.words()).isTrue();
        assertThat(words.add(List.of("MKT"), 3)).isFalse();
        TagUnit characters = new TagUnit();
        assertThat(characters.add(List.of("MKT"), 3)).isTrue();
        assertThat(characters.add(List.of("A"), 1)).isTrue();
        assertThat(characters.words()).isFalse();
        assertThat(characters.add(List.of("the cat"), 2)).isFalse();
    }

    @Test
    void aTrainedTaskKnowsIt() {
        Tagging task = new Tagging().with(List.of("A", "B")).tagging(true);
        assertThat(task.ofWords()).isTrue();
        assertThat(Tasks.read(Tasks.write(task))).isEqualTo(task);
        assertThat(new Tagging().ofWords()).isFalse();
    }
}
