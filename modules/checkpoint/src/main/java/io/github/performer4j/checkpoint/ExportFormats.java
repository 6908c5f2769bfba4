package io.github.performer4j.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;

/** The formats in which models can be written: the project's own, and those that a {@link ServiceLoader} finds. */
public final class ExportFormats {
    private static final List<ExportFormat> KNOWN = all();

    private ExportFormats() {}

    private static List<ExportFormat> all() {
        List<ExportFormat> all = new ArrayList<>(List.of(
                new ZipFormat(),
                new SameDiffFormat(),
                new SafetensorsFormat(),
                new OnnxFormat(false),
                new OnnxFormat(true)));
        ServiceLoader.load(ExportFormat.class, ExportFormat.class.getClassLoader())
                .forEach(all::add);
        return List.copyOf(all);
    }

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
