package io.github.performer4j.core.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Tasks as JSON: {@code {"name": "classify", "multiLabel": true}}. What is left out has its default; a key that the task does not have is an error. A name with a dot is the class of a task
 * that is not performer4j's own.
 */
public final class Tasks {
    private static final List<Task> KNOWN = List.of(
            new MaskedLanguageModel(),
            new CausalLanguageModel(),
            new Classification(),
            new Tagging(),
            new Regression(),
            new Similarity(),
            new PixelModel(),
            new Translation());

    private Tasks() {}

    /** Returns the names of performer4j's own tasks. */
    public static List<String> names() {
        return KNOWN.stream().map(Task::name).toList();
    }

    /**
     * Returns a task with its defaults.
     *
     * @param name in any case, with '-' or '_'; or the name of a class
     * @throws IllegalArgumentException if there is none
     */
    public static Task named(String name) {
        String written = name == null ? "" : name.toLowerCase(Locale.ROOT).replace('_', '-');
        for (Task task : KNOWN) {
            if (task.name().equals(written)) {
                return task;
            }
        }
        if (name != null && name.indexOf('.') > 0) {
            return foreign(name);
        }
        throw new IllegalArgumentException(
                "unknown task; name=" + name + ", known=" + String.join(", ", names()) + ", or the class of your own");
    }

    private static Task foreign(String name) {
        try {
            Class<?> type = Class.forName(name, false, loader());
            if (!Task.class.isAssignableFrom(type)) {
                throw new IllegalArgumentException("a task must be a " + Task.class.getName() + "; class=" + name);
            }
            return (Task) type.getConstructor().newInstance();
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("the task's class must be on the class path; class=" + name, e);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("the task cannot be made; class=" + name + ", cause=" + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "a task's class must be public and have a public constructor without arguments; class=" + name, e);
        }
    }

    private static ClassLoader loader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? Tasks.class.getClassLoader() : context;
    }

    /** Returns a task as JSON, all its settings included. */
    public static ObjectNode write(Task task) {
        ObjectNode node = StrictJson.MAPPER.createObjectNode().put("name", task.name());
        node.setAll((ObjectNode) StrictJson.MAPPER.valueToTree(task));
        return node;
    }

    /**
     * Reads a task.
     *
     * @throws IllegalArgumentException if the name or a key is unknown, or a value breaks a rule
     */
    public static Task read(JsonNode json) {
        if (!json.isObject() || !json.path("name").isTextual()) {
            throw new IllegalArgumentException("a task must be an object with a name; found=" + json);
        }
        Task defaults = named(json.get("name").asText());
        ObjectNode tree = StrictJson.MAPPER.valueToTree(defaults);
        for (String key : keys(json)) {
            if (!tree.has(key)) {
                throw new IllegalArgumentException(
                        "unknown key of the task; task=" + defaults.name() + ", key=" + key + ", known=" + keys(tree));
            }
            tree.set(key, json.get(key));
        }
        return StrictJson.read(tree, defaults.getClass(), "task");
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(key -> {
            if (!key.equals("name")) {
                keys.add(key);
            }
        });
        return keys;
    }
}
