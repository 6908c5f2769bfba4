package io.github.performer4j.data.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Files of strangers name things as they like; what is told of them stays one line, and moves no cursor. */
class DataFileExceptionTest {
    @Test
    void namesThePlaceAndTheRule() {
        assertThat(new DataFileException("a.fasta", 7, "a rule; found=x")).hasMessage("a.fasta:7: a rule; found=x");
        assertThat(new DataFileException("ä.fasta", 0, "a rule; found=é€𝄞")).hasMessage("ä.fasta: a rule; found=é€𝄞");
    }

    @Test
    void whatCannotBePrintedIsEscaped() {
        assertThat(new DataFileException("f", 0, "found=a\nb\r\u001b[2J\u202e\u2028\ud800"))
                .hasMessage("f: found=a\\u000ab\\u000d\\u001b[2J\\u202e\\u2028\\ud800");
    }
}
