package io.github.performer4j.data.token;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * What the post-processor of a {@code tokenizer.json} puts around a sequence; −1 where it puts nothing.
 *
 * @param start the first special token in front of the sequence
 * @param end the first one behind it
 * @param separator what stands between two sequences
 */
record JsonFrame(int start, int end, int separator) {
    private static final JsonFrame NONE = new JsonFrame(Specials.ABSENT, Specials.ABSENT, Specials.ABSENT);

    /**
     * Reads a post-processor.
     *
     * @param processor the object; may be missing
     * @param ids name → id of the whole vocabulary
     */
    static JsonFrame of(JsonNode processor, Map<String, Integer> ids) {
        return switch (processor.path("type").asText()) {
            case "BertProcessing", "RobertaProcessing" -> {
                int start = processor.path("cls").path(1).asInt(Specials.ABSENT);
                int end = processor.path("sep").path(1).asInt(Specials.ABSENT);
                yield new JsonFrame(start, end, end);
            }
            case "TemplateProcessing" -> {
                JsonFrame single = template(processor.path("single"), ids);
                yield new JsonFrame(single.start, single.end, template(processor.path("pair"), ids).separator);
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
        for (JsonNode piece : pieces) {
            if (piece.has("Sequence")) {
                separator = sequences == 1 ? end : separator;
                sequences++;
                end = Specials.ABSENT;
            } else {
                int id = ids.getOrDefault(piece.path("SpecialToken").path("id").asText(), Specials.ABSENT);
                start = sequences == 0 && start == Specials.ABSENT ? id : start;
                end = sequences > 0 && end == Specials.ABSENT ? id : end;
            }
        }
        return new JsonFrame(start, end, separator);
    }
}
