package io.github.performer4j.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Nothing that comes from data steers a terminal. */
class PrintableTest {
    @Test
    void whatATerminalObeysIsEscaped() {
        String colours = "\u001b[31mred\u001b[0m";
        assertThat(Printable.line(colours)).isEqualTo("\\u{1B}[31mred\\u{1B}[0m");
        assertThat(Printable.line("a\rb\u0007\u007f\u009b2J\u0000")).isEqualTo("a\\rb\\u{07}\\u{7F}\\u{9B}2J\\u{00}");
        assertThat(Printable.line("\u202Egnp.exe\u2066\u2028")).isEqualTo("\\u{202E}gnp.exe\\u{2066}\\u{2028}");
        assertThat(Printable.line("two\nlines\tand a tab")).isEqualTo("two\\nlines\\tand a tab");
        assertThat(Printable.text("two\r\nlines\tand a tab")).isEqualTo("two\\r\nlines\tand a tab");
    }

    @Test
    void everyLetterStays() {
        String letters = "Aé β 中文 𝄞😀 עברית नमस्ते \\ \" '";
        assertThat(Printable.line(letters)).isEqualTo(letters);
        String joined = "👩\u200D👧 می\u200Cشود";
        assertThat(Printable.text(joined)).isEqualTo(joined);
        assertThat(Printable.line("a\u200Db\uFEFF")).isEqualTo("a\\u{200D}b\\u{FEFF}");
    }

    /** Every character, one by one: escaped are the controls, separators and overrides of direction, and no more. */
    @Test
    void theRuleHoldsForEveryCharacter() {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            boolean obeyed = Character.getType(c) == Character.CONTROL
                    || Character.getType(c) == Character.LINE_SEPARATOR
                    || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                    || c >= 0x202A && c <= 0x202E
                    || c >= 0x2066 && c <= 0x2069;
            String one = String.valueOf((char) c);
            boolean keepsItsLine = c == '\n' || c == '\t';
            assertThat(Printable.text(one).equals(one)).as("U+%04X", c).isEqualTo(!obeyed || keepsItsLine);
            if (obeyed) {
                assertThat(Printable.line(one)).as("U+%04X", c).startsWith("\\");
            }
        }
    }

    /** However it is printed; but a bar may clear its own line. */
    @Test
    void aScreenEscapesWhateverIsPrinted() {
        StringWriter raw = new StringWriter();
        PrintWriter screen = new Screen(raw);
        screen.print("\u001b[2J");
        screen.printf("%s|%c", "\rx", '\u0008');
        screen.write(new char[] {'\u0007', 'y'});
        screen.append("\u001bc").println('\u0085');
        screen.flush();
        assertThat(raw).hasToString("\\u{1B}[2J\\rx|\\u{08}\\u{07}y\\u{1B}c\\u{85}" + System.lineSeparator());
        raw.getBuffer().setLength(0);
        screen.print("before");
        Screen.clearLine(screen);
        screen.print("after");
        screen.flush();
        assertThat(raw).hasToString("before\r\u001b[Kafter");
    }
}
