package io.github.performer4j.data.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTokenizerTest {
    static List<String> files() throws IOException {
        return List.of(
                JsonSamples.miniLm(),
                JsonSamples.golden("bpe.json"),
                JsonSamples.golden("unigram.json"),
                JsonSamples.gpt2());
    }

    /** The library's own class, told not to ask a server, cut or fill up, reads the same. */
    @ParameterizedTest
    @MethodSource("files")
    void idsAndPlacesAreTheLibrarysOwn(String file) throws IOException {
        System.setProperty("OPT_OUT_TRACKING", "true");
        JsonTokenizer ours = JsonTokenizer.of(file);
        Map<String, String> options = Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");
        try (HuggingFaceTokenizer theirs = HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), options)) {
            List<String> lines = JsonSamples.lines(1000, 1);
            assertThat(lines).anyMatch(line -> line.length() == 10_000);
            for (String line : lines) {
                EncodedText read = ours.read(line, List.of());
                Encoding expected = theirs.encode(line);
                assertThat(ours.encode(line)).containsExactly(read.ids());
                CharSpan[] spans = expected.getCharTokenSpans();
                assertThat(read.ids())
                        .containsExactly(Arrays.stream(expected.getIds())
                                .mapToInt(Math::toIntExact)
                                .toArray());
                assertThat(read.starts())
                        .containsExactly(GoldenTokenizersTest.places(
                                line,
                                Arrays.stream(spans)
                                        .mapToInt(CharSpan::getStart)
                                        .toArray()));
                assertThat(read.ends())
                        .containsExactly(GoldenTokenizersTest.places(
                                line,
                                Arrays.stream(spans).mapToInt(CharSpan::getEnd).toArray()));
            }
        }
    }

    @Test
    void bertHasItsOwnIdsAndIsNeitherCutNorFilledUp() throws IOException {
        JsonTokenizer t = JsonTokenizer.of(JsonSamples.miniLm());
        assertThat(t.size()).isEqualTo(30522);
        assertThat(t.specials()).isEqualTo(new Specials(0, 103, 101, 102, 100, 102, Set.of(0, 100, 101, 102, 103)));
        assertThat(t.encode("hello world")).containsExactly(7592, 2088);
        assertThat(t.encode("hello ".repeat(1000))).hasSize(1000).containsOnly(7592);
        assertThat(t.symbol(7592)).isEqualTo("hello");
        assertThat(t.decode(101, 7592, 103, 100, 102, 0)).isEqualTo("hello [MASK] [UNK]");
        assertThat(t.replacements()).isEqualTo(30522 - 5);
        assertThat(IntStream.range(0, t.replacements()).map(t::replacement)).noneMatch(t::special);
    }

    @Test
    void esmHasSpecialIdsAtBothEnds() {
        JsonTokenizer t = JsonTokenizer.of(JsonSamples.esm2());
        assertThat(t.specials()).isEqualTo(new Specials(1, 32, 0, 2, 3, Specials.ABSENT, Set.of()));
        assertThat(t.read("MK_L", List.of("_")).ids()).containsExactly(20, 15, 32, 4);
    }

    @Test
    void gpt2StartsAndEndsWithOneToken() {
        JsonTokenizer t = JsonTokenizer.of(JsonSamples.gpt2());
        assertThat(t.specials()).isEqualTo(new Specials(-1, -1, 0, 0, -1, -1, Set.of()));
        assertThat(t.pad()).as("some valid id").isZero();
        assertThatThrownBy(t::mask)
                .hasMessage(
                        "the vocabulary must have a token for this use; missing=mask, tokenizer=json, vocabulary=257");
        assertThatThrownBy(() -> t.read("a _ b", List.of("_"))).hasMessageContaining("missing=mask");
        assertThat(t.read("a b", List.of("_")).ids()).hasSize(3);
        assertThatThrownBy(t::unknown).hasMessageContaining("missing=unknown");
    }

    @Test
    void masksAreReadInTheirSurroundings() throws IOException {
        JsonTokenizer t = JsonTokenizer.of(JsonSamples.miniLm());
        String text = "\uFEFF\uD83D\uDE00 the _ sat, na\u00efve<mask>";
        EncodedText read = t.read(text, List.of("<mask>", "_"));
        assertThat(read.ids()).contains(103).endsWith(103).startsWith(100);
        assertThat(IntStream.range(0, read.ids().length)
                        .mapToObj(i -> text.substring(read.starts()[i], read.ends()[i])))
                .containsExactly("\uD83D\uDE00", "the", "_", "sat", ",", "na\u00efve", "<mask>");
        assertThat(read.unknown()).isEqualTo(Map.of("\uD83D\uDE00", 1L));
    }

    /** Bytes in, bytes out. */
    @Test
    void decodingByteLevelBpeIsTheInverseOfEncoding() throws IOException {
        JsonTokenizer t = JsonTokenizer.of(JsonSamples.golden("bpe.json"));
        for (String line : JsonSamples.lines(300, 2)) {
            assertThat(t.decode(t.encode(line))).isEqualTo(line);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void jsonGivesAnEqualTokenizer(String file) throws IOException {
        JsonTokenizer t = JsonTokenizer.of(file);
        ObjectMapper mapper = new ObjectMapper();
        String saved = mapper.writerWithDefaultPrettyPrinter().writeValueAsString(TokenizerJson.write(t));
        Tokenizer loaded = TokenizerJson.read(mapper.readTree(saved));
        assertThat(loaded).isEqualTo(t).hasSameHashCodeAs(t);
        for (String line : JsonSamples.lines(50, 3)) {
            assertThat(loaded.encode(line)).containsExactly(t.encode(line));
        }
        assertThat(loaded.specials()).isEqualTo(t.specials());
    }

    @Test
    void idsBeyondSixteenBitsAreKept() {
        JsonTokenizer t = JsonTokenizer.of(JsonSamples.words(70_000));
        assertThat(t.size()).isEqualTo(70_001);
        assertThat(t.encode("w69999 w0 nothing w65535")).containsExactly(70_000, 1, 0, 65_536);
        assertThat(t.symbol(70_000)).isEqualTo("w69999");
    }

    @Test
    void threadsMayShareOne() throws IOException {
        JsonTokenizer t = JsonTokenizer.of(JsonSamples.miniLm());
        List<String> lines = JsonSamples.lines(400, 4);
        List<int[]> serial = lines.stream().map(t::encode).toList();
        List<int[]> parallel = lines.parallelStream().map(t::encode).toList();
        for (int i = 0; i < lines.size(); i++) {
            assertThat(parallel.get(i)).containsExactly(serial.get(i));
        }
    }

    /** An id without a token is never drawn, predicted or written. */
    @Test
    void holesCountAsSpecial() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode file = (ObjectNode) mapper.readTree(JsonSamples.words(3));
        ((ObjectNode) file.get("model").get("vocab")).put("w9", 9);
        JsonTokenizer t = JsonTokenizer.of(file.toString());
        assertThat(t.size()).isEqualTo(10);
        assertThat(IntStream.range(0, 10).filter(t::special)).containsExactly(0, 4, 5, 6, 7, 8);
        assertThat(t.decode(1, 5, 9)).isEqualTo("w0 w9");
        assertThat(t.symbol(5)).isEqualTo("<no token 5>");
    }

    @Test
    void whatIsNoFileIsNamed(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), "{\"model\":{\"type\":\"BPE\"}}");
        assertThatThrownBy(() -> JsonTokenizer.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("a tokenizer.json must have a vocabulary; model=BPE");
        assertThatThrownBy(() -> JsonTokenizer.of("{")).hasMessageContaining("a tokenizer.json must be JSON");
        assertThatThrownBy(() -> JsonTokenizer.of("{\"model\":{\"type\":\"Strange\",\"vocab\":{\"a\":0}}}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the text must be a tokenizer.json of HuggingFace's library; cause=");
        JsonTokenizer t = JsonTokenizer.of(JsonSamples.gpt2());
        assertThatThrownBy(() -> t.encode("a\uD834b"))
                .hasMessage("text must be Unicode; found half of a surrogate pair");
        assertThatThrownBy(() -> t.decode(257)).hasMessageContaining("token id must be in [0, vocabulary)");
    }

    /** Of a model whose table has more rows: they are no token's, and stay when the tokenizer is saved. */
    @Test
    void thereMayBeMoreIdsThanTokens() {
        JsonTokenizer t = JsonTokenizer.of(JsonSamples.esm2());
        int size = t.size();
        JsonTokenizer larger = t.withSize(size + 31);
        assertThat(larger.size()).isEqualTo(size + 31);
        assertThat(larger).isNotEqualTo(t);
        assertThat(larger.withSize(size + 31)).isSameAs(larger);
        assertThat(larger.special(size)).isTrue();
        assertThat(larger.replacements()).isEqualTo(t.replacements());
        assertThat(larger.encode("MK")).isEqualTo(t.encode("MK"));
        ObjectNode saved = TokenizerJson.write(larger);
        assertThat(TokenizerJson.read(saved)).isEqualTo(larger);
        assertThat(TokenizerJson.write(t).has("size")).isFalse();
        assertThatThrownBy(() -> larger.withSize(size))
                .hasMessage("a vocabulary must hold all tokens; tokens=" + (size + 31) + ", size=" + size);
        assertThatThrownBy(() -> TokenizerJson.read(saved.put("size", 1)))
                .hasMessage("a vocabulary must hold all tokens; tokens=" + size + ", size=1");
        assertThatThrownBy(() -> TokenizerJson.read(saved.put("size", "many")))
                .hasMessage("a vocabulary's size must be a positive integer; size=\"many\"");
    }
}
