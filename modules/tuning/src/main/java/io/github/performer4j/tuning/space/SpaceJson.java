package io.github.performer4j.tuning.space;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.Rule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Spaces as JSON, strictly: what is not understood is refused. */
final class SpaceJson {
    private static final String FORMAT = "formatVersion";
    private static final String PARAMETERS = "parameters";
    private static final String KIND = "kind";
    private static final String WHEN = "when";

    private SpaceJson() {}

    /** What a kind of range has for fields, both ways. */
    private enum Kind {
        CONTINUOUS("continuous", Set.of("min", "max")) {
            @Override
            Range read(ObjectNode node) {
                return new Range.Continuous(number(node, "min"), number(node, "max"));
            }
        },
        LOG("log", Set.of("min", "max")) {
            @Override
            Range read(ObjectNode node) {
                return new Range.Log(number(node, "min"), number(node, "max"));
            }
        },
        INTEGER("integer", Set.of("min", "max")) {
            @Override
            Range read(ObjectNode node) {
                return new Range.Whole(whole(node, "min"), whole(node, "max"));
            }
        },
        CHOICE("choice", Set.of("values")) {
            @Override
            Range read(ObjectNode node) {
                return new Range.Choice(texts(node.get("values")));
            }
        },
        MULTIPLE("multiple", Set.of("of", "by")) {
            @Override
            Range read(ObjectNode node) {
                Rule.that(node.get("of").isTextual(), "of must be a key", "of", node.get("of"));
                return new Range.Multiple(node.get("of").textValue(), number(node, "by"));
            }
        };

        private final String word;
        private final Set<String> fields;

        Kind(String word, Set<String> fields) {
            this.word = word;
            this.fields = fields;
        }

        abstract Range read(ObjectNode node);

        static Kind of(JsonNode word) {
            List<String> known = new ArrayList<>();
            for (Kind kind : values()) {
                if (kind.word.equals(word.textValue())) {
                    return kind;
                }
                known.add(kind.word);
            }
            throw new IllegalArgumentException("unknown kind of range; kind="
                    + (word.isMissingNode() ? "none" : word.asText()) + ", known=" + String.join(", ", known));
        }
    }

    static List<Parameter> read(String json) {
        ObjectNode tree = Json.object(json);
        Rule.that(
                tree.path(FORMAT).isInt() && tree.path(FORMAT).intValue() == SearchSpace.FORMAT,
                "a space must be of the format that this build reads",
                FORMAT,
                tree.has(FORMAT) ? tree.get(FORMAT) : "none",
                "reads",
                SearchSpace.FORMAT);
        requireFields(tree, Set.of(FORMAT, PARAMETERS));
        Rule.that(
                tree.path(PARAMETERS).isObject(),
                "parameters must be an object, a range by key",
                PARAMETERS,
                tree.get(PARAMETERS));
        List<Parameter> parameters = new ArrayList<>();
        tree.get(PARAMETERS).properties().forEach(entry -> {
            try {
                Rule.that(entry.getValue().isObject(), "a range must be an object", "found", entry.getValue());
                parameters.add(parameter(entry.getKey(), (ObjectNode) entry.getValue()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("parameter " + entry.getKey() + ": " + e.getMessage(), e);
            }
        });
        return parameters;
    }

    private static Parameter parameter(String key, ObjectNode node) {
        Kind kind = Kind.of(node.path(KIND));
        Set<String> known = new TreeSet<>(kind.fields);
        known.addAll(Set.of(KIND, WHEN));
        requireFields(node, known);
        for (String field : new TreeSet<>(kind.fields)) {
            Rule.that(node.hasNonNull(field), "a range of this kind needs a field", KIND, kind.word, "field", field);
        }
        Map<String, List<String>> when = new LinkedHashMap<>();
        if (node.has(WHEN)) {
            Rule.that(node.get(WHEN).isObject(), "when must be an object, values by key", WHEN, node.get(WHEN));
            node.get(WHEN).properties().forEach(entry -> when.put(entry.getKey(), texts(entry.getValue())));
        }
        return new Parameter(key, kind.read(node), when);
    }

    private static void requireFields(ObjectNode node, Set<String> known) {
        node.fieldNames()
                .forEachRemaining(field -> Rule.that(
                        known.contains(field),
                        "unknown field",
                        "field",
                        field,
                        "known",
                        String.join(", ", new TreeSet<>(known))));
    }

    private static double number(ObjectNode node, String field) {
        Rule.that(node.get(field).isNumber(), field + " must be a number", field, node.get(field));
        return node.get(field).doubleValue();
    }

    private static int whole(ObjectNode node, String field) {
        JsonNode value = node.get(field);
        Rule.that(value.isInt(), field + " must be a whole number of 31 bits", field, value);
        return value.intValue();
    }

    private static List<String> texts(JsonNode values) {
        Rule.that(values.isArray(), "values must be an array", "values", values);
        List<String> texts = new ArrayList<>();
        values.forEach(value -> {
            Rule.that(value.isValueNode(), "a value must be a number, a text, true, false or null", "value", value);
            texts.add(value.isTextual() ? value.textValue() : value.toString());
        });
        return texts;
    }

    static String write(List<Parameter> parameters) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        tree.put(FORMAT, SearchSpace.FORMAT);
        ObjectNode all = tree.putObject(PARAMETERS);
        parameters.forEach(parameter -> {
            ObjectNode node = all.putObject(parameter.key());
            write(parameter.range(), node);
            if (!parameter.when().isEmpty()) {
                ObjectNode when = node.putObject(WHEN);
                parameter.when().forEach((key, values) -> when.set(key, array(values)));
            }
        });
        return Json.pretty(tree);
    }

    private static void write(Range range, ObjectNode node) {
        if (range instanceof Range.Continuous r) {
            number(number(node.put(KIND, Kind.CONTINUOUS.word), "min", r.min()), "max", r.max());
        } else if (range instanceof Range.Log r) {
            number(number(node.put(KIND, Kind.LOG.word), "min", r.min()), "max", r.max());
        } else if (range instanceof Range.Whole r) {
            node.put(KIND, Kind.INTEGER.word).put("min", r.min()).put("max", r.max());
        } else if (range instanceof Range.Choice r) {
            node.put(KIND, Kind.CHOICE.word).set("values", array(r.values()));
        } else if (range instanceof Range.Multiple r) {
            number(node.put(KIND, Kind.MULTIPLE.word).put("of", r.of()), "by", r.by());
        }
    }

    private static ObjectNode number(ObjectNode node, String field, double value) {
        return node.put(field, BigDecimal.valueOf(value));
    }

    private static ArrayNode array(List<String> texts) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        texts.forEach(text -> array.add(TextNode.valueOf(text)));
        return array;
    }
}
