package io.github.performer4j.data.token;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Files of tokenizers, and lines to read with them. */
public final class JsonSamples {
    private static final int[][] SCRIPTS = {
        {'a', 'z'},
        {'A', 'Z'},
        {'0', '9'},
        {' ', ' '},
        {'!', '/'},
        {0x01, 0x1F},
        {0x7F, 0xA0},
        {0xC0, 0x17F},
        {0x300, 0x36F},
        {0x391, 0x3C9},
        {0x410, 0x44F},
        {0x5D0, 0x5EA},
        {0x621, 0x64A},
        {0x905, 0x939},
        {0xE01, 0xE3A},
        {0x2000, 0x200F},
        {0x3041, 0x3096},
        {0x4E00, 0x4FFF},
        {0xAC00, 0xACFF},
        {0xFB00, 0xFB06},
        {0xFF01, 0xFF5E},
        {0x1D504, 0x1D51C},
        {0x1F1E6, 0x1F1FF},
        {0x1F3FB, 0x1F3FF},
        {0x1F600, 0x1F64F},
        {0x20000, 0x200FF}
    };

    private JsonSamples() {}

    /** Returns a file of the folder golden. */
    public static String golden(String name) throws IOException {
        return resource("/golden/" + name);
    }

    /** Returns the tokenizer.json of all-MiniLM-L6-v2: BERT's WordPiece, with padding and truncation to 128. */
    public static String miniLm() throws IOException {
        return resource("/all-minilm-l6-v2-tokenizer.json");
    }

    /** Writes a file of byte-level BPE without merges, whose one special token is GPT-2's. */
    public static String gpt2() {
        return new BpeTrainer(List.of("<|endoftext|>")).train(257, 1).json();
    }

    /** The golden BPE with merges of blanks, and of a full stop with a line end, so that it shows where a text was cut. */
    public static String blanks() throws IOException {
        ObjectNode file = (ObjectNode) new ObjectMapper().readTree(golden("bpe.json"));
        ObjectNode vocabulary = (ObjectNode) file.get("model").get("vocab");
        ArrayNode merges = (ArrayNode) file.get("model").get("merges");
        for (String pair : List.of(". Ċ", "Ċ Ċ", "Ġ Ġ", "Ċ Ġ", "Ġ Ċ", "ĉ ĉ", "Ċ ĉ", "ĊĊ Ċ")) {
            String merged = pair.replace(" ", "");
            if (!vocabulary.has(merged)) {
                vocabulary.put(merged, vocabulary.size());
                merges.addArray().add(pair.split(" ")[0]).add(pair.split(" ")[1]);
            }
        }
        return file.toString();
    }

    /** The same behind the pattern of GPT-4 and Llama 3, where line ends belong to the sign in front of them. */
    public static String llama3() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode file = (ObjectNode) mapper.readTree(blanks());
        String pattern = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
                + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
        ObjectNode split = mapper.createObjectNode()
                .put("type", "Split")
                .put("behavior", "Isolated")
                .put("invert", false);
        split.putObject("pattern").put("Regex", pattern);
        ObjectNode bytes = (ObjectNode) file.get("pre_tokenizer");
        bytes.put("use_regex", false);
        ObjectNode both = mapper.createObjectNode().put("type", "Sequence");
        both.putArray("pretokenizers").add(split).add(bytes.deepCopy());
        file.set("pre_tokenizer", both);
        return file.toString();
    }

    /** Writes a file of as many words as asked for, word i being {@code w<i>}, besides {@code <unk>}, which comes first. */
    public static String words(int count) {
        String vocabulary = IntStream.range(0, count)
                .mapToObj(i -> ",\"w" + i + "\":" + (i + 1))
                .collect(Collectors.joining());
        return "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[],\"normalizer\":null,"
                + "\"pre_tokenizer\":{\"type\":\"WhitespaceSplit\"},\"post_processor\":null,\"decoder\":null,"
                + "\"model\":{\"type\":\"WordLevel\",\"unk_token\":\"<unk>\",\"vocab\":{\"<unk>\":0" + vocabulary
                + "}}}";
    }

    /** Writes a file of ESM-2's vocabulary: 33 ids, special ones at both ends. */
    public static String esm2() {
        List<String> names = List.of("<cls>", "<pad>", "<eos>", "<unk>");
        List<String> all = new ArrayList<>(names);
        "LAGVSERTIDPKQNFYMHWCXBUZO.-".chars().forEach(c -> all.add(String.valueOf((char) c)));
        all.add("<null_1>");
        all.add("<mask>");
        String vocabulary = IntStream.range(0, all.size())
                .mapToObj(i -> "\"" + all.get(i) + "\":" + i)
                .collect(Collectors.joining(","));
        String added = IntStream.of(0, 1, 2, 3, 32)
                .mapToObj(
                        i -> "{\"id\":" + i + ",\"content\":\"" + all.get(i)
                                + "\",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false,\"special\":true}")
                .collect(Collectors.joining(","));
        return "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[" + added
                + "],\"normalizer\":null,\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\".\"},"
                + "\"behavior\":\"Isolated\",\"invert\":false},\"post_processor\":{\"type\":\"TemplateProcessing\","
                + "\"single\":[{\"SpecialToken\":{\"id\":\"<cls>\",\"type_id\":0}},{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},"
                + "{\"SpecialToken\":{\"id\":\"<eos>\",\"type_id\":0}}],\"pair\":[{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},"
                + "{\"Sequence\":{\"id\":\"B\",\"type_id\":1}}],\"special_tokens\":{\"<cls>\":{\"id\":\"<cls>\",\"ids\":[0],"
                + "\"tokens\":[\"<cls>\"]},\"<eos>\":{\"id\":\"<eos>\",\"ids\":[2],\"tokens\":[\"<eos>\"]}}},\"decoder\":null,"
                + "\"model\":{\"type\":\"WordLevel\",\"unk_token\":\"<unk>\",\"vocab\":{" + vocabulary + "}}}";
    }

    /** Returns lines of mixed scripts, emoji, marks and control characters; every hundredth is one word of 10,000 letters. */
    static List<String> lines(int count, long seed) {
        List<String> lines = new ArrayList<>();
        for (int line = 0; line < count; line++) {
            CounterRandom draws = CounterRandom.of(seed, line);
            StringBuilder text = new StringBuilder();
            if (line % 100 == 99) {
                for (int i = 0; i < 10_000; i++) {
                    text.append((char) ('a' + draws.nextInt(26)));
                }
            }
            int words = line % 100 == 99 ? 0 : draws.nextInt(12);
            for (int word = 0; word < words; word++) {
                int[] script = SCRIPTS[draws.nextInt(SCRIPTS.length)];
                for (int i = draws.nextInt(8); i >= 0; i--) {
                    text.appendCodePoint(script[0] + draws.nextInt(script[1] - script[0] + 1));
                }
                text.append(draws.nextInt(3) > 0 ? " " : "");
            }
            lines.add(text.toString());
        }
        return lines;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = JsonSamples.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
