package io.github.performer4j.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of another encoding are named as such, or read rightly; never read as other symbols. */
class TextEncodingTest {
    private static final DataConfig PROTEINS = DataConfig.defaults();
    private static final DataConfig TEXT = PROTEINS.withTokens("character").withFraming(Framing.PACKED);
    private static final Map<String, Charset> MARKED = Map.of(
            "UTF-16LE",
            StandardCharsets.UTF_16LE,
            "UTF-16BE",
            StandardCharsets.UTF_16BE,
            "UTF-32LE",
            Charset.forName("UTF-32LE"),
            "UTF-32BE",
            Charset.forName("UTF-32BE"));

    @TempDir
    Path dir;

    private Path write(String name, String text, Charset charset) throws IOException {
        return Files.write(dir.resolve(name), text.getBytes(charset));
    }

    @Test
    void otherUnicodeEncodingsAreNamed() throws IOException {
        for (Map.Entry<String, Charset> encoding : MARKED.entrySet()) {
            Path fasta = write(encoding.getKey() + ".fasta", "\uFEFF>p\r\nMKTAYIAK\r\n", encoding.getValue());
            Path text = write(encoding.getKey() + ".txt", "\uFEFFIt is a truth", encoding.getValue());
            Path other = write(encoding.getKey() + ".pep", "\uFEFF>p\r\nMKTAYIAK\r\n", encoding.getValue());
            refused(() -> Corpus.open(fasta, PROTEINS, null), fasta, encoding.getKey());
            refused(() -> Corpus.open(text, TEXT, null).counts(false), text, encoding.getKey());
            refused(() -> Corpus.detect(other), other, encoding.getKey());
        }
    }

    @Test
    void utf16WithoutAMarkIsToldByItsZeros() throws IOException {
        for (String name : new String[] {"UTF-16LE", "UTF-16BE"}) {
            Path fasta = write(name + ".fasta", ">p\r\nMKTAYIAK\r\n", Charset.forName(name));
            Path text = write(name + ".txt", "Ein schöner Tag – überall", Charset.forName(name));
            refused(() -> Corpus.open(fasta, PROTEINS, null), fasta, name);
            refused(() -> Corpus.open(text, TEXT, null).counts(false), text, name);
        }
    }

    private static void refused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable reading, Path path, String encoding) {
        assertThatThrownBy(reading)
                .isInstanceOf(DataFileException.class)
                .hasMessageStartingWith(path + ": text must be UTF-8; found " + encoding)
                .hasMessageContaining("iconv -f " + encoding + " -t UTF-8")
                .hasMessageNotContaining("\n");
    }

    @Test
    void latinOneIsGuessedFromAMalformedByte() throws IOException {
        Path text = write("l.txt", "line\ncaf\u00E9 au lait", StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> Corpus.open(text, TEXT, null).counts(false))
                .hasMessageStartingWith(text + ":2: text must be UTF-8; found malformed byte 0xE9")
                .hasMessageContaining("Latin-1");
        assertThat(Corpus.open(text, TEXT.withTokens("byte"), null).tokens()).isEqualTo(17);
    }

    /** Names are all that is taken from a header, and either encoding of them is read. */
    @Test
    void headersMayBeUtf8OrLatinOne() throws IOException {
        for (Charset charset : new Charset[] {StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1}) {
            try (FastaParser parser = FastaParser.open(write("h.fasta", ">prot\u00E9ine A\nMK\n", charset), false)) {
                assertThat(parser.next().id()).as("%s", charset).isEqualTo("prot\u00E9ine");
            }
        }
    }

    /** A byte beyond ASCII is counted once for each character, also where it begins none. */
    @Test
    void everyCharacterThatIsNoResidueIsCounted() throws IOException {
        Path utf8 = write("u.fasta", ">p\nM\u00E9K\u20ACV\n", StandardCharsets.UTF_8);
        Path latin = write("l.fasta", ">p\nM\u00A7K\u00B0V\n", StandardCharsets.ISO_8859_1);
        for (Path file : new Path[] {utf8, latin}) {
            try (FastaParser parser = FastaParser.open(file, false)) {
                assertThat(parser.next().sequence()).as("%s", file).isEqualTo("M?K?V");
                assertThat(parser.takeUnknown().values()).containsExactly(1L, 1L);
            }
        }
    }

    @Test
    void aMarkedFileOfAnyNameIsFasta() throws IOException {
        Path file = write("p.pep", "\uFEFF\n >p\nMKTAYIAK\n", StandardCharsets.UTF_8);
        assertThat(Corpus.detect(file)).isEqualTo("protein");
        assertThat(Corpus.open(file, PROTEINS, null).tokens()).isEqualTo(8);
    }

    /** Names decide where they do; zeros in a text are a binary file, and not UTF-16. */
    @Test
    void otherZerosAreABinaryFile() throws IOException {
        Path text = write("z.txt", "words and a zero\0 among them", StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Corpus.open(text, TEXT, null).counts(false)).hasMessageContaining("binary file");
    }
}
