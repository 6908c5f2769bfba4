package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ExportFormat;
import io.github.performer4j.checkpoint.ExportFormats;
import io.github.performer4j.checkpoint.ExportSettings;
import io.github.performer4j.checkpoint.ExportedFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.show.Figures;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer export}: a model in a format of other programs. */
@Command(
        name = "export",
        description = {
            "Write a model in a format of other programs.",
            "A SameDiff file runs in any ND4J application by SameDiff.load, without performer4j; its sizes are fixed, and shorter sequences are padded.",
            "A safetensors file has the weights alone, as block-0.Wq of input and output width."
        })
public final class ExportCommand extends Action {
    @Option(names = "--model", required = true, paramLabel = "M", description = "A model zip, or a run folder.")
    private Path model;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "NAME",
            completionCandidates = Formats.class,
            description = "What to write: ${COMPLETION-CANDIDATES}.")
    private String format;

    @Option(names = "--out", required = true, paramLabel = "F", description = "A new file to write.")
    private Path out;

    @Option(names = "--batch", paramLabel = "B", description = "Sequences at once (default: 1; for models of pairs 2).")
    private Integer batch;

    @Option(
            names = "--tokens",
            paramLabel = "T",
            description = "Tokens of each sequence (default: as many as the model reads at once).")
    private Integer tokens;

    @Option(
            names = "--no-mask",
            description = "All sequences are T tokens long, so that the file takes no mask of padding.")
    private boolean unmasked;

    /** The names of the formats. */
    static final class Formats implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ExportFormats.names().iterator();
        }
    }

    @Override
    protected ObjectNode run() throws IOException {
        ExportFormat chosen = ExportFormats.named(format);
        requireResult("--out", out);
        if (Files.exists(out)) {
            throw new FileAlreadyExistsException(out.toString(), null, "the file to write exists already");
        }
        PerformerModel loaded = Models.load(model);
        ExportedFile file = chosen.write(loaded, new ExportSettings(batch, tokens, !unmasked), out);
        out().printf(
                        Locale.ROOT,
                        "%s: %s, %s; for %s -> %s%n",
                        model,
                        chosen.name(),
                        file.inputs().isEmpty()
                                ? Figures.count(file.outputs().size()) + " tensors"
                                : names(file.inputs()) + " -> " + names(file.outputs()),
                        chosen.purpose(),
                        out);
        ObjectNode results = object().put("model", model.toString())
                .put("format", chosen.name())
                .put("out", out.toString());
        results.put("bytes", Files.size(out));
        ObjectMapper mapper = new ObjectMapper();
        results.set("inputs", mapper.valueToTree(file.inputs()));
        results.set("outputs", mapper.valueToTree(file.outputs()));
        return results;
    }

    private static String names(List<ExportedFile.Port> ports) {
        return ports.stream().map(ExportedFile.Port::toString).collect(Collectors.joining(", "));
    }
}
