package io.github.performer4j.checkpoint;

import java.util.List;
import java.util.Locale;

/** The formats in which models can be written. */
public final class ExportFormats {
    private static final List<ExportFormat> KNOWN =
            List.of(new SameDiffFormat(), new SafetensorsFormat(), new OnnxFormat(false), new OnnxFormat(true));

    private ExportFormats() {}

    /** Returns the formats. */
    public static List<ExportFormat> known() {
        return KNOWN;
    }

    /** Returns their names. */
    public static List<String> names() {
        return KNOWN.stream().map(ExportFormat::name).toList();
    }

    /**
     * Finds a format.
     *
     * @param name in any case
     * @throws IllegalArgumentException if there is none of that name
     */
    public static ExportFormat named(String name) {
        String written = name.toLowerCase(Locale.ROOT);
        return KNOWN.stream()
                .filter(format -> format.name().equals(written))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown format; format=" + name + ", known=" + String.join(", ", names())));
    }
}
