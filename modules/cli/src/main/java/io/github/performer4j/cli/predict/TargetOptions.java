package io.github.performer4j.cli.predict;

import io.github.performer4j.checkpoint.Translator;
import picocli.CommandLine.Option;

/** How targets are searched, for models that write one for a source. */
final class TargetOptions {
    @Option(
            names = "--beams",
            paramLabel = "N",
            description = "Targets that are followed at once (default: 1, the most probable token each time).")
    private Integer beams;

    @Option(
            names = "--length",
            paramLabel = "N",
            description = "Most tokens of a target, its end included (default: what the model's positions hold).")
    private Integer length;

    /** Refuses both for models that write no targets. */
    void requireNone(String task) {
        if (beams != null || length != null) {
            throw new IllegalArgumentException("only models that write targets have --beams and --length; task=" + task
                    + ", --beams=" + beams + ", --length=" + length);
        }
    }

    /** Returns a translator by these rules. */
    Translator of(Translator translator) {
        Translator wide = beams == null ? translator : translator.withBeams(beams);
        return length == null ? wide : wide.withMaxNew(length);
    }
}
