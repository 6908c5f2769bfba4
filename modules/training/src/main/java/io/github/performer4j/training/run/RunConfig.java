package io.github.performer4j.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.performer4j.core.model.FormerKeys;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.model.Presets;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.core.task.Tasks;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.step.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All settings of a run: what {@code --preset} names, {@code --config} reads and {@code config.json} keeps.
 *
 * <pre>{"format": 2, "task": {…}, "data": {…}, "model": {…}, "training": {…}, "start": {…}}</pre>
 *
 * <p>What a text leaves out has its default; a key that no record has is an error that names the nearest known one, and a key of format 1
 * one that names its new place.
 *
 * @param task what is predicted
 * @param data how data is read and cut
 * @param model the body of the network
 * @param training how it is trained
 * @param start what it begins with
 */
public record RunConfig(Task task, DataConfig data, PerformerConfig model, TrainingConfig training, StartConfig start) {
    /** The format of configurations that this build reads and writes. */
    public static final int FORMAT = 2;

    private static final String TASK_NAME = "task.name";
    private static final List<String> SECTIONS = List.of("task", "data", "model", "training", "start");

    /**
     * Checks what sections say together.
     *
     * @throws IllegalArgumentException if packed rows, or sources and targets, were to be cut into chunks
     */
    public RunConfig {
        Rule.that(
                training.chunk() == 0 || !data.packing(),
                "rows are cut into chunks, or hold several whole sequences",
                "training.chunk",
                training.chunk(),
                "data.packing",
                data.packing());
        Rule.that(
                training.chunk() == 0 || !task.readsSource(),
                "sources and targets are not cut into chunks",
                "training.chunk",
                training.chunk(),
                "task",
                task.name());
    }

    /** Returns the defaults of all four: a masked language model of proteins. */
    public static RunConfig defaults() {
        return new RunConfig(
                new MaskedLanguageModel(),
                DataConfig.defaults(),
                PerformerConfig.defaults(),
                TrainingConfig.defaults(),
                StartConfig.drawn());
    }

    /**
     * Reads a preset.
     *
     * @param name for example {@code protein-quickstart}
     * @throws IllegalArgumentException if there is none of that name; the message lists those there are
     */
    public static RunConfig preset(String name) {
        if (!Presets.names().contains(name)) {
            throw new IllegalArgumentException(
                    "unknown preset; preset=" + name + ", known=" + String.join(", ", Presets.names()));
        }
        return fromJson(Presets.json(name));
    }

    /**
     * Reads a configuration. Where it names minutes and no steps, it is that of a timed run without a limit of steps.
     *
     * @throws IllegalArgumentException in one line: bad JSON, an unknown key, or a value that breaks a rule
     */
    public static RunConfig fromJson(String json) {
        return defaults().with(Json.object(json));
    }

    /** Returns indented JSON with every value. */
    public String toJson() {
        return Json.pretty(tree());
    }

    /**
     * Returns this configuration with one value changed.
     *
     * @param key path of the value, for example {@code training.learningRate}
     * @param value its new value, as JSON or as plain text: {@code 3e-4}, {@code COSINE}
     * @throws IllegalArgumentException if there is no such key, or the value is not right for it
     */
    public RunConfig withOverride(String key, String value) {
        return withOverrides(Map.of(key, value));
    }

    /**
     * Returns a copy with several values changed at once: they may be possible only together.
     *
     * @param changes value by key, as {@link #withOverride} takes them
     * @throws IllegalArgumentException naming a key that is unknown, or the changes that break a rule
     */
    public RunConfig withOverrides(Map<String, String> changes) {
        ObjectNode tree = tree();
        inOrder(changes).forEach((key, value) -> put(tree, key, value));
        try {
            return read(tree);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("bad value; " + culprit(changes) + ": " + e.getMessage(), e);
        }
    }

    /** Returns the one change that breaks a rule by itself, or else all of them. */
    private String culprit(Map<String, String> changes) {
        List<String> alone = new ArrayList<>();
        changes.forEach((key, value) -> {
            ObjectNode tree = tree();
            put(tree, key, value);
            try {
                read(tree);
            } catch (IllegalArgumentException e) {
                alone.add(key + "=" + value);
            }
        });
        return alone.size() == 1
                ? alone.get(0)
                : changes.entrySet().stream()
                        .map(change -> change.getKey() + "=" + change.getValue())
                        .collect(Collectors.joining(", "));
    }

    /**
     * Refuses a key that this configuration does not have, whatever its value.
     *
     * @throws IllegalArgumentException naming the nearest key, or the new place of one that has moved
     */
    public void requireKey(String key) {
        put(tree(), key, "null");
    }

    /** Another task brings its own keys, so it comes first. */
    private static Map<String, String> inOrder(Map<String, String> changes) {
        Map<String, String> ordered = new LinkedHashMap<>();
        if (changes.containsKey(TASK_NAME)) {
            ordered.put(TASK_NAME, changes.get(TASK_NAME));
        }
        ordered.putAll(changes);
        return ordered;
    }

    private static void put(ObjectNode tree, String key, String value) {
        if (key.equals(TASK_NAME)) {
            Task task = Tasks.named(value);
            if (!task.name().equals(tree.get("task").path("name").asText())) {
                tree.set("task", Tasks.write(task));
            }
            return;
        }
        int dot = key.lastIndexOf('.');
        JsonNode parent = dot < 0 ? null : tree.at("/" + key.substring(0, dot).replace('.', '/'));
        if (!(parent instanceof ObjectNode object) || !object.has(key.substring(dot + 1))) {
            throw unknown(key, keys("", tree));
        }
        String leaf = key.substring(dot + 1);
        if (object.get(leaf).isObject()) {
            throw unknown(key, keys("", tree));
        }
        object.set(leaf, parsed(value, object.get(leaf)));
    }

    /** Returns this configuration with another task. */
    public RunConfig withTask(Task value) {
        return new RunConfig(value, data, model, training, start);
    }

    /** Returns this configuration with another model. */
    public RunConfig withModel(PerformerConfig value) {
        return new RunConfig(task, data, value, training, start);
    }

    /** Returns this configuration with other data settings. */
    public RunConfig withData(DataConfig value) {
        return new RunConfig(task, value, model, training, start);
    }

    /** Returns this configuration with other training settings. */
    public RunConfig withTraining(TrainingConfig value) {
        return new RunConfig(task, data, model, value, start);
    }

    /** Returns this configuration with another start. */
    public RunConfig withStart(StartConfig value) {
        return new RunConfig(task, data, model, training, value);
    }

    /**
     * Returns the configuration of a run that begins with a trained model's weights: its task unless another is named, its size, the way it reads data, and small steps.
     *
     * @param trained a model zip, or the folder of a run or a model
     * @param task name of another task; null for the model's own
     * @throws IOException if the model cannot be read
     */
    public static RunConfig from(Path trained, String task) throws IOException {
        return StartModel.config(trained, task);
    }

    /** Returns the configuration as a tree. */
    ObjectNode tree() {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        tree.put("format", FORMAT);
        tree.set("task", Tasks.write(task));
        tree.set("data", Json.MAPPER.valueToTree(data));
        tree.set("model", Json.object(model.toJson()));
        tree.set("training", Json.MAPPER.valueToTree(training));
        tree.set("start", Json.MAPPER.valueToTree(start));
        return tree;
    }

    private RunConfig with(ObjectNode changes) {
        ObjectNode tree = tree();
        JsonNode format = changes.path("format");
        Rule.that(
                format.isMissingNode() || format.asInt() == FORMAT && format.isInt(),
                "a configuration must be of the format that this build reads",
                "format",
                format,
                "reads",
                FORMAT);
        if (changes.at("/task/name").isTextual()) {
            put(tree, TASK_NAME, changes.at("/task/name").asText());
        }
        List<String> known = keys("", tree);
        changes.properties().forEach(section -> {
            if (section.getKey().equals("format")) {
                return;
            }
            if (!SECTIONS.contains(section.getKey())) {
                throw unknown(section.getKey(), SECTIONS);
            }
            Rule.that(
                    section.getValue().isObject(),
                    "a section must be a JSON object",
                    section.getKey(),
                    section.getValue());
            merge((ObjectNode) tree.get(section.getKey()), section.getValue(), section.getKey() + ".", known);
        });
        if (changes.at("/training/minutes").asDouble() > 0
                && changes.at("/training/steps").isMissingNode()) {
            ((ObjectNode) tree.get("training")).put("steps", 0);
        }
        return read(tree);
    }

    private static void merge(ObjectNode target, JsonNode changes, String prefix, List<String> known) {
        changes.properties().forEach(entry -> {
            String key = prefix + entry.getKey();
            JsonNode before = target.get(entry.getKey());
            if (before == null || before.isObject() && !entry.getValue().isObject()) {
                throw unknown(key, known);
            }
            if (before instanceof ObjectNode topic) {
                merge(topic, entry.getValue(), key + ".", known);
            } else {
                target.set(entry.getKey(), entry.getValue());
            }
        });
    }

    private static RunConfig read(ObjectNode tree) {
        return new RunConfig(
                Tasks.read(tree.get("task")),
                Json.read(tree.get("data"), DataConfig.class),
                PerformerConfig.fromJson(tree.get("model")),
                Json.read(tree.get("training"), TrainingConfig.class),
                Json.read(tree.get("start"), StartConfig.class));
    }

    /** A value is text where text stood, JSON where it is JSON, and text otherwise; {@code null} is none, whatever stood there. */
    private static JsonNode parsed(String value, JsonNode before) {
        if (value.equals("null")) {
            return NullNode.instance;
        }
        if (before.isTextual() && !value.startsWith("\"")) {
            return TextNode.valueOf(value);
        }
        try {
            JsonNode node = Json.MAPPER.readTree(value);
            return node.isMissingNode() ? TextNode.valueOf(value) : node;
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(value);
        }
    }

    private static IllegalArgumentException unknown(String key, List<String> known) {
        String now = FormerKeys.now(key);
        if (now != null) {
            return new IllegalArgumentException("the key has moved; key=" + key + ", now=" + now);
        }
        return new IllegalArgumentException("unknown key; key=" + key + ", nearest=" + NearestKey.of(key, known));
    }

    private static List<String> keys(String prefix, ObjectNode tree) {
        List<String> keys = new ArrayList<>();
        tree.properties().forEach(entry -> {
            String key = prefix + entry.getKey();
            if (!prefix.isEmpty()) {
                keys.add(key);
            }
            if (entry.getValue() instanceof ObjectNode nested) {
                keys.addAll(keys(key + ".", nested));
            }
        });
        return keys;
    }
}
