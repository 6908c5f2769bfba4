package io.github.performer4j.core.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The named configurations of {@code models/presets}, packed as resources. */
public final class Presets {
    private static final String FOLDER = "/io/github/performer4j/presets/";

    private Presets() {}

    /** Returns the names of all presets, in the order of {@code models/presets/index}. */
    public static List<String> names() {
        return read("index").lines().filter(line -> !line.isBlank()).toList();
    }

    /**
     * Returns a preset's JSON: an object with {@code model}, {@code data} and {@code training}.
     *
     * @param name one of {@link #names}
     * @throws IllegalArgumentException if there is no such preset
     */
    public static String json(String name) {
        if (!names().contains(name)) {
            throw new IllegalArgumentException(
                    "unknown preset; name=" + name + ", known=" + String.join(", ", names()));
        }
        return read(name + ".json");
    }

    private static String read(String file) {
        try (InputStream in = Presets.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalStateException("preset is missing from the jar; file=" + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
