package io.github.performer4j.data.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against HuggingFace's Python package: golden/make_tokenizers.py made the files. */
class GoldenTokenizersTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonTokenizer tokenizer(String name) throws IOException {
        return JsonTokenizer.of(name.equals("minilm") ? JsonSamples.miniLm() : JsonSamples.golden(name + ".json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpe", "unigram", "minilm"})
    void idsAndPlacesAreThoseOfThePythonPackage(String name) throws IOException {
        JsonTokenizer tokenizer = tokenizer(name);
        int compared = 0;
        for (JsonNode line : JSON.readTree(JsonSamples.golden("encodings.json")).get(name)) {
            String text = line.get("text").asText();
            EncodedText read = tokenizer.read(text, List.of());
            assertThat(read.ids()).as(text).containsExactly(ints(line.get("ids")));
            assertThat(read.starts()).as(text).containsExactly(places(text, ints(line.get("starts"))));
            assertThat(read.ends()).as(text).containsExactly(places(text, ints(line.get("ends"))));
            if (!text.contains("[MASK]")) { // there our rules on special tokens in decoded text differ
                assertThat(tokenizer.decode(read.ids()))
                        .isEqualTo(line.get("decoded").asText());
            }
            compared += read.ids().length;
        }
        assertThat(compared).isGreaterThan(100);
    }

    /** Merge for merge: the same words, the same counts, the same choice among equals. */
    @Test
    void mergesAreThoseOfThePythonPackage() throws IOException {
        JsonNode golden = JSON.readTree(JsonSamples.golden("bpe.json")).get("model");
        JsonNode ours = JSON.readTree(new BpeTrainer(BpeTrainer.SPECIALS)
                        .add(corpus())
                        .train(1000, 2)
                        .json())
                .get("model");
        List<String> merges = new ArrayList<>();
        golden.get("merges")
                .forEach(pair ->
                        merges.add(pair.get(0).asText() + " " + pair.get(1).asText()));
        List<String> found = new ArrayList<>();
        ours.get("merges").forEach(pair -> found.add(pair.asText()));
        assertThat(found).hasSize(740).containsExactlyElementsOf(merges);
        assertThat(ours.get("vocab")).isEqualTo(golden.get("vocab"));
    }

    private static String corpus() throws IOException {
        StringBuilder text = new StringBuilder();
        try (InputStream in =
                new GZIPInputStream(Files.newInputStream(Samples.datasets().resolve("text/jane-austen/emma.txt.gz")))) {
            text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        text.setLength(text.offsetByCodePoints(0, 200_000));
        List<String> lines = new ArrayList<>();
        JSON.readTree(JsonSamples.golden("encodings.json"))
                .get("bpe")
                .forEach(line -> lines.add(line.get("text").asText()));
        return text + "\n" + String.join("\n", lines);
    }

    private static int[] ints(JsonNode list) {
        int[] values = new int[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).asInt();
        }
        return values;
    }

    /** Turns places in code points into places in Java characters. */
    static int[] places(String text, int... codePoints) {
        int[] places = new int[codePoints.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = text.offsetByCodePoints(0, codePoints[i]);
        }
        return places;
    }
}
