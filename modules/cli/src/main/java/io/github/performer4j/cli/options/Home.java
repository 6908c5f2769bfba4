package io.github.performer4j.cli.options;

import java.nio.file.Path;

/** The project's folder, where datasets/ lies: the launcher says where it is itself. */
public final class Home {
    private Home() {}

    /** Returns a path below the project's folder, relative where it lies below the current one. */
    public static Path file(String first, String... more) {
        Path here = Path.of("").toAbsolutePath();
        Path file = Path.of(System.getProperty("performer4j.home", ""))
                .toAbsolutePath()
                .resolve(Path.of(first, more))
                .normalize();
        return file.startsWith(here) ? here.relativize(file) : file;
    }
}
