package io.github.performer4j.core.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names of constants in a configuration: read in any case, with '-' or '_', and written in lower case with '-'. */
public final class Names {
    private Names() {}

    /**
     * Finds a constant.
     *
     * @param key of the configuration, for the message
     * @throws IllegalArgumentException if there is none of that name; the message lists all
     */
    static <T extends Enum<T>> T one(Class<T> type, String key, String name) {
        for (T value : type.getEnumConstants()) {
            if (name != null && value.name().equalsIgnoreCase(name.replace('-', '_'))) {
                return value;
            }
        }
        throw new IllegalArgumentException("unknown " + key + "; " + key + "=" + name + ", known="
                + Arrays.stream(type.getEnumConstants()).map(Names::written).collect(Collectors.joining(", ")));
    }

    /**
     * Returns the name of a constant as it is written.
     *
     * @throws IllegalArgumentException as {@link #one}
     */
    static <T extends Enum<T>> String canonical(Class<T> type, String key, String name) {
        return written(one(type, key, name));
    }

    private static String written(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
