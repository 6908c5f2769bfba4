package io.github.performer4j.checkpoint.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.util.Locale;

/**
 * A {@code config.json}. A key that is null is absent.
 *
 * @param path of the file, for messages
 * @param json the object
 */
public record ForeignConfig(String path, JsonNode json) {
    /** Returns whether there is a value. */
    public boolean has(String key) {
        return json.hasNonNull(key);
    }

    /**
     * Returns a number of things.
     *
     * @throws IOException if it is absent or no positive integer
     */
    public int positive(String key) throws IOException {
        if (!has(key)) {
            throw broken("the key must be there; key=" + key);
        }
        JsonNode node = json.get(key);
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() < 1) {
            throw broken("the value must be a positive integer; key=" + key + ", found=" + node);
        }
        return node.asInt();
    }

    /** Returns a number of things, or what it is where the key is absent. */
    public int positive(String key, int otherwise) throws IOException {
        return has(key) ? positive(key) : otherwise;
    }

    /** Returns a number, or what it is where the key is absent. */
    public double number(String key, double otherwise) throws IOException {
        if (!has(key)) {
            return otherwise;
        }
        if (!json.get(key).isNumber()) {
            throw broken("the value must be a number; key=" + key + ", found=" + json.get(key));
        }
        return json.get(key).asDouble();
    }

    /** Returns a text, or what it is where the key is absent. */
    public String text(String key, String otherwise) throws IOException {
        if (!has(key)) {
            return otherwise;
        }
        if (!json.get(key).isTextual()) {
            throw broken("the value must be a string; key=" + key + ", found=" + json.get(key));
        }
        return json.get(key).asText();
    }

    /** Returns true or false, or what it is where the key is absent. */
    public boolean flag(String key, boolean otherwise) throws IOException {
        if (!has(key)) {
            return otherwise;
        }
        if (!json.get(key).isBoolean()) {
            throw broken("the value must be true or false; key=" + key + ", found=" + json.get(key));
        }
        return json.get(key).asBoolean();
    }

    /** Refuses what a family has no counterpart of: any value but the one that changes nothing. */
    public void require(String key, String value) throws IOException {
        if (has(key) && !json.get(key).asText().equals(value)) {
            throw broken("what this changes has no counterpart here; key=" + key + ", found=" + json.get(key)
                    + ", possible=" + value);
        }
    }

    /**
     * Returns the feed-forward of an activation's name.
     *
     * @param otherwise the activation where the key is absent
     * @param gated whether its values are multiplied by a gate
     * @return a value of {@code feedForward.kind}
     * @throws IOException if there is none of that activation
     */
    public String feedForward(String key, String otherwise, boolean gated) throws IOException {
        String name = text(key, otherwise).toLowerCase(Locale.ROOT);
        String plain = switch (name) {
            case "gelu", "gelu_python" -> "gelu";
            case "gelu_new", "gelu_fast", "gelu_pytorch_tanh" -> "gelu-tanh";
            case "silu", "swish" -> "silu";
            case "relu" -> "relu";
            default -> throw broken("unknown activation; key=" + key + ", found=" + name);
        };
        if (!gated) {
            return plain;
        }
        return switch (plain) {
            case "gelu" -> "geglu";
            case "gelu-tanh" -> "geglu-tanh";
            case "silu" -> "swiglu";
            default ->
                throw broken("there is no gated feed-forward of this activation; key=" + key + ", found=" + name);
        };
    }

    /**
     * Returns the base of rotary positions, of {@code rope_theta} or of that in {@code rope_parameters}; 10,000 where there is none.
     *
     * @throws IOException if they are scaled, which has no counterpart here
     */
    public double rotaryBase() throws IOException {
        plainRotary("rope_scaling");
        double otherwise = plainRotary("rope_parameters").path("rope_theta").asDouble(10_000);
        return number("rope_theta", otherwise);
    }

    /**
     * Returns the parameters of rotary positions; a missing node where there are none.
     *
     * @param path of the object, as {@code rope_parameters/full_attention}
     * @throws IOException if they are scaled
     */
    public JsonNode plainRotary(String path) throws IOException {
        JsonNode parameters = json.at("/" + path);
        String type =
                parameters.path("rope_type").asText(parameters.path("type").asText("default"));
        if (!type.equals("default")) {
            throw broken("scaled rotary positions have no counterpart here; key=" + path.replace('/', '.') + ", found="
                    + parameters);
        }
        return parameters;
    }

    /** Returns an error that names the file, for a rule of one's own: {@code throw config.broken("sides must be even; key=sides, found=3")}. */
    public DataFileException broken(String rule) {
        return new DataFileException(path, 0, rule);
    }
}
