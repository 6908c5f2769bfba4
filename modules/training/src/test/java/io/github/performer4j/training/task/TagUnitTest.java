package io.github.performer4j.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.core.task.Tasks;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.read.DataConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private static Tagging complete(Path folder, Tagging task, String rows) throws IOException {
        Path file = Files.writeString(folder.resolve("tags.csv"), "text,tags\n" + rows);
        DataConfig data = DataConfig.defaults()
                .withTokens("byte")
                .withColumns(ExampleColumns.defaults().withLabels("tags"));
        TaskTraining training = new TaggingTraining(task).complete(Corpus.open(file, data, null));
        return (Tagging) training.task();
    }

    @Test
    void theDataTellsAndMustNotTellBoth(@TempDir Path folder) throws IOException {
        assertThat(complete(folder, new Tagging(), "dogs bark,N V\nI,N\n").ofWords())
                .isTrue();
        assertThat(complete(folder, new Tagging(), "abc,NVN\nI,N\n").ofWords()).isFalse();
        assertThat(complete(folder, new Tagging().tagging(false), "dogs bark,N V\n")
                        .ofWords())
                .isFalse(); // what the configuration names stays
        assertThatThrownBy(() -> complete(folder, new Tagging(), "dogs bark,N V\nabc,NVN\n"))
                .isInstanceOf(DataFileException.class)
                .hasMessageEndingWith("tags.csv:3: tags must belong to words in all examples, or to characters in all;"
                        + " id=row-2, tags=3");
    }
}
