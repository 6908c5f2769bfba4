package io.github.performer4j.core.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The keys of a model's configuration, nested by topic: an unknown one is an error that lists those there are, a former one names its new place. */
final class ModelKeys {
    private static final String GROUPS = "attention.groups";

    private ModelKeys() {}

    /** Puts all values of an object into a tree that has every key. */
    static void merge(ObjectNode tree, ObjectNode values) {
        for (Map.Entry<String, JsonNode> entry : values.properties()) {
            String key = entry.getKey();
            if (PerformerConfig.topics().contains(key) && entry.getValue() instanceof ObjectNode topic) {
                topic.properties().forEach(inner -> put(tree, key + "." + inner.getKey(), inner.getValue()));
            } else {
                put(tree, key, entry.getValue());
            }
        }
    }

    /** Puts one value. */
    static void put(ObjectNode tree, String path, JsonNode value) {
        int dot = path.indexOf('.');
        ObjectNode parent =
                dot < 0 ? tree : tree.get(path.substring(0, dot)) instanceof ObjectNode topic ? topic : null;
        String key = path.substring(dot + 1);
        boolean topic = dot < 0 && PerformerConfig.topics().contains(key);
        if (parent == null || !parent.has(key) || topic && !value.isObject()) {
            Require.that(FormerKeys.now("model." + path) == null, FormerKeys.moved("model." + path));
            Require.that(!topic, "a topic must be a JSON object; key=" + path + ", found=" + value);
            throw new IllegalArgumentException("unknown key of the model configuration; key=" + path + ", known="
                    + String.join(
                            ", ",
                            known(
                                    parent == null ? tree : parent,
                                    parent == null || dot < 0 ? "" : path.substring(0, dot + 1))));
        }
        if (path.equals(GROUPS)) {
            checkGroups(value);
        }
        if (topic) {
            merge(tree, (ObjectNode) tree.objectNode().set(key, value));
        } else {
            parent.set(key, value);
        }
    }

    /** Checks the keys of groups of heads, which have no defaults that name them. */
    private static void checkGroups(JsonNode groups) {
        List<String> known = Arrays.stream(HeadGroupConfig.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
        Require.that(groups.isArray() || groups.isNull(), GROUPS + " must be a list of JSON objects; found=" + groups);
        for (JsonNode group : groups) {
            Require.that(group.isObject(), GROUPS + " must be a list of JSON objects; found=" + group);
            group.fieldNames()
                    .forEachRemaining(key -> Require.that(
                            known.contains(key),
                            "unknown key of a group of heads; key=" + key + ", known=" + String.join(", ", known)));
        }
    }

    private static List<String> known(ObjectNode tree, String prefix) {
        List<String> names = new ArrayList<>();
        tree.fieldNames().forEachRemaining(name -> names.add(prefix + name));
        return names;
    }
}
