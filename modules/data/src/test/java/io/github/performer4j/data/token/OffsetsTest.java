package io.github.performer4j.data.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the tokens of the project's own tokenizers stand in the text as given. */
class OffsetsTest {
    @Test
    void residuesKnowTheirPlacesBehindAHeaderAndGaps() {
        String text = "\uFEFF>name\nac-D\r\n _<mask><unk>\u00e9*K";
        EncodedText read = new ProteinTokenizer().read(text, List.of());
        assertThat(pieces(text, read)).containsExactly("a", "c", "D", "_", "<mask>", "<unk>", "\u00e9", "K");
    }

    @Test
    void charactersOutsideTheFirstPlaneTakeTwoPlaces() {
        String text = "\uFEFFa\uD834\uDD1Ez[M]";
        EncodedText read = CharacterTokenizer.of(List.of("a\uD834\uDD1E")).read(text, List.of("[M]"));
        assertThat(pieces(text, read)).containsExactly("a", "\uD834\uDD1E", "z", "[M]");
        assertThat(read.unknown()).containsOnlyKeys("z");
    }

    @Test
    void allBytesOfACharacterShareItsPlace() {
        String text = "a\u00e9\uD834\uDD1E[M]";
        EncodedText read = new ByteTokenizer().read(text, List.of("[M]"));
        assertThat(read.starts()).containsExactly(0, 1, 1, 2, 2, 2, 2, 4);
        assertThat(read.ends()).containsExactly(1, 2, 2, 4, 4, 4, 4, 7);
        assertThat(new ByteTokenizer().decode(read.ids())).isEqualTo("a\u00e9\uD834\uDD1E<mask>");
        assertThatThrownBy(() -> new ByteTokenizer().encode("a\uD834b"))
                .hasMessage("text must be Unicode; found half of a surrogate pair");
    }

    private static List<String> pieces(String text, EncodedText read) {
        List<String> pieces = new ArrayList<>();
        for (int t = 0; t < read.ids().length; t++) {
            pieces.add(text.substring(read.starts()[t], read.ends()[t]));
        }
        return pieces;
    }
}
