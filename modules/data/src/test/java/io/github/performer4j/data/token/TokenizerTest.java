package io.github.performer4j.data.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerTest {
    static List<Tokenizer> tokenizers() {
        return List.of(
                new ProteinTokenizer(),
                new ByteTokenizer(),
                new CharacterTokenizer("zé𝄞a\n".codePoints().toArray()));
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void specialTokensAreTheFirstFiveIds(Tokenizer t) {
        assertThat(new int[] {t.pad(), t.mask(), t.bos(), t.eos(), t.unknown()}).containsExactly(0, 1, 2, 3, 4);
        assertThat(IntStream.range(0, t.size()).filter(t::special).toArray()).containsExactly(0, 1, 2, 3, 4);
        assertThat(Specials.FIRST_SYMBOL + t.replacements()).isLessThanOrEqualTo(t.size());
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void decodingIsTheInverseOfEncoding(Tokenizer t) {
        String text = t instanceof ProteinTokenizer ? ProteinTokenizer.RESIDUES : "zé𝄞a\n";
        assertThat(t.decode(t.encode(text))).isEqualTo(text);
        assertThat(IntStream.of(t.encode(text))).allMatch(id -> !t.special(id) && id < t.size());
        assertThat(t.decode(t.bos(), t.mask(), t.unknown(), t.eos(), t.pad())).isEqualTo("<mask><unk>");
        assertThatThrownBy(() -> t.decode(t.size())).hasMessageContaining("token id must be in [0, vocabulary)");
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void jsonGivesAnEqualTokenizer(Tokenizer t) throws IOException {
        String json = TokenizerJson.write(t).toString();
        assertThat(TokenizerJson.read(new ObjectMapper().readTree(json))).isEqualTo(t);
    }

    /** Model files hold these: they must stay readable. */
    @Test
    void storedFormsStayReadable() throws IOException {
        ObjectMapper json = new ObjectMapper();
        assertThat(TokenizerJson.read(
                                json.readTree("{\"kind\":\"protein\",\"symbols\":\"ACDEFGHIKLMNPQRSTVWYBZXJUO\"}"))
                        .size())
                .isEqualTo(31);
        assertThat(TokenizerJson.read(json.readTree("{\"kind\":\"byte\"}")).size())
                .isEqualTo(261);
        assertThat(TokenizerJson.read(json.readTree("{\"kind\":\"character\",\"symbols\":[10,97]}"))
                        .encode("a\nb"))
                .containsExactly(6, 5, 4);
        assertThatThrownBy(() -> TokenizerJson.read(json.readTree("{\"kind\":\"wordpiece\"}")))
                .hasMessage(
                        "tokenizer kind must be one of [protein, character, byte, word, word-punctuation, json, digit]; found=wordpiece");
        assertThatThrownBy(() -> TokenizerJson.read(json.readTree("{\"kind\":\"protein\",\"symbols\":\"ACD\"}")))
                .hasMessageContaining("found=ACD");
        assertThatThrownBy(() -> TokenizerJson.read(json.readTree("{\"kind\":\"character\",\"symbols\":[]}")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void proteinsAreCaseBlindAndKnowMasks() {
        ProteinTokenizer t = new ProteinTokenizer();
        assertThat(t.encode("acy")).isEqualTo(t.encode("ACY")).containsExactly(5, 6, 24);
        assertThat(t.encode("A<mask>_C<unk>1")).containsExactly(5, 1, 1, 6, 4, 4);
        assertThat(t.encode("BZXJUO")).containsExactly(25, 26, 27, 28, 29, 30);
    }

    @Test
    void charactersAreSortedByCodePoint() {
        CharacterTokenizer t = CharacterTokenizer.of(List.of("ba", "c𝄞"));
        assertThat(t.codePoints()).containsExactly('a', 'b', 'c', 0x1D11E);
        assertThat(t.encode("𝄞x")).containsExactly(8, 4);
    }

    @Test
    void framesDifferByObjective() {
        Tokenizer t = new ProteinTokenizer();
        assertThat(Framing.BOTH.frame(t, 7, 8)).containsExactly(t.bos(), 7, 8, t.eos());
        assertThat(Framing.START.frame(t, 7, 8)).containsExactly(t.bos(), 7, 8);
        assertThat(Framing.PACKED.frame(t, 7, 8)).containsExactly(t.eos(), 7, 8);
    }
}
