package io.github.performer4j.cli.action;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Arguments that a locale destroyed are refused with the locale as the cause. */
class NameEncodingTest {
    private static final String LOST = "Caf\uFFFD\uFFFD";

    @Test
    void lostLettersNameTheLocale() {
        for (String encoding : new String[] {"ANSI_X3.4-1968", "US-ASCII", "no such charset"}) {
            assertThatThrownBy(() -> NameEncoding.checkRead(encoding, "--prompt", LOST))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "the locale has no letters for this name or text: set LC_ALL to one of UTF-8")
                    .hasMessageContaining("encoding=" + encoding + ", LC_ALL=")
                    .hasMessageEndingWith("argument=" + LOST);
        }
    }

    @Test
    void anArgumentThatHoldsTheCharacterIsTakenInUnicode() {
        assertThatCode(() -> NameEncoding.checkRead("UTF-8", LOST)).doesNotThrowAnyException();
        assertThatCode(() -> NameEncoding.checkRead("ANSI_X3.4-1968", "Cafe")).doesNotThrowAnyException();
    }
}
