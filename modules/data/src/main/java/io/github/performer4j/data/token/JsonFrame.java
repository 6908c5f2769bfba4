package io.github.performer4j.data.token;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * What the post-processor of a {@code tokenizer.json} puts around a sequence; −1 where it puts nothing.
 *
 * @param start the first special token in front of the sequence
 * @param end the first one behind it
 * @param separator what stands between two sequences
 * @param types whether the second of two sequences is of another type than the first
 */
record JsonFrame(int start, int end, int separator, boolean types) {
    private static final JsonFrame NONE = new JsonFrame(Specials.ABSENT, Specials.ABSENT, Specials.ABSENT, false);

    /**
     * Reads a post-processor.
     *
     * @param processor the object; may be missing
     * @param ids name → id of the whole vocabulary
     */
    static JsonFrame of(JsonNode processor, Map<String, Integer> ids) {
        String type = processor.path("type").asText();
        return switch (type) {
            case "BertProcessing", "RobertaProcessing" -> {
                int start = processor.path("cls").path(1).asInt(Specials.ABSENT);
                int end = processor.path("sep").path(1).asInt(Specials.ABSENT);
                yield new JsonFrame(start, end, end, type.equals("BertProcessing"));
            }
            case "TemplateProcessing" -> {
                JsonFrame single = template(processor.path("single"), ids);
                JsonFrame pair = template(processor.path("pair"), ids);
                yield new JsonFrame(single.start, single.end, pair.separator, pair.types);
            }
            case "Sequence" -> sequence(processor.path("processors"), ids);
            default -> NONE;
        };
    }

    /** The first of several processors that puts something there. */
    private static JsonFrame sequence(JsonNode processors, Map<String, Integer> ids) {
        for (JsonNode processor : processors) {
            JsonFrame frame = of(processor, ids);
            if (!frame.equals(NONE)) {
                return frame;
            }
        }
        return NONE;
    }

    /** {@code [{"SpecialToken": {"id": "[CLS]"}}, {"Sequence": {"id": "A"}}, …]}. */
    private static JsonFrame template(JsonNode pieces, Map<String, Integer> ids) {
        int start = Specials.ABSENT;
        int end = Specials.ABSENT;
        int separator = Specials.ABSENT;
        int sequences = 0;
        boolean types = false;
        for (JsonNode piece : pieces) {
            if (piece.has("Sequence")) {
                separator = sequences == 1 ? end : separator;
                types |=
                        sequences == 1 && piece.path("Sequence").path("type_id").asInt() == 1;
                sequences++;
                end = Specials.ABSENT;
            } else {
                int id = ids.getOrDefault(piece.path("SpecialToken").path("id").asText(), Specials.ABSENT);
                start = sequences == 0 && start == Specials.ABSENT ? id : start;
                end = sequences > 0 && end == Specials.ABSENT ? id : end;
            }
        }
        return new JsonFrame(start, end, separator, types);
    }
}
