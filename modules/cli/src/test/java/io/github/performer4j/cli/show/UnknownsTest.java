package io.github.performer4j.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.data.token.WordTokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is unknown is called what the tokenizer has. */
class UnknownsTest {
    @TempDir
    private Path folder;

    @Test
    void wordsAreWordsAndLettersLetters() throws IOException {
        Path file = Files.writeString(folder.resolve("t.txt"), "a bc a\nd bc\n");
        assertThat(said(file, "word", new WordTokenizer(List.of("a", "d"))))
                .isEqualTo(file + ": 2 words outside the vocabulary, masked: 'bc' 2\n");
        assertThat(said(file, "word", new WordTokenizer(List.of("a", "bc"))))
                .isEqualTo(file + ": 1 word outside the vocabulary, masked: 'd' 1\n");
        assertThat(said(
                        file,
                        "character",
                        new CharacterTokenizer("abc \n".codePoints().toArray())))
                .isEqualTo(file + ": 1 letter outside the vocabulary, masked: 'd' 1\n");
    }

    private static String said(Path file, String tokens, Tokenizer tokenizer) throws IOException {
        StringWriter out = new StringWriter();
        Corpus corpus = Corpus.open(file, DataConfig.defaults().withTokens(tokens), tokenizer);
        Unknowns.report(corpus, new PrintWriter(out));
        return out.toString();
    }
}
