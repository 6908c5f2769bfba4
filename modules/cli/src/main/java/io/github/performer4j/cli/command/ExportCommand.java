package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ExportFormat;
import io.github.performer4j.checkpoint.ExportFormats;
import io.github.performer4j.checkpoint.ExportSettings;
import io.github.performer4j.checkpoint.ExportedFile;
import io.github.performer4j.checkpoint.ModelCard;
import io.github.performer4j.checkpoint.ModelExport;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer export}: a model in a format of other programs, or in ours. */
@Command(
        name = "export",
        description = {
            "Write a model in a format of other programs, or as a zip of performer4j alone.",
            "A zip is what every command takes as --model: all of the model, of a run's its best, without what training needs to go on.",
            "A SameDiff file runs in any ND4J application by SameDiff.load, without performer4j; its sizes are fixed, and shorter sequences are padded.",
            "A safetensors file has the weights alone, as block-0.Wq of input and output width.",
            "An onnx file runs in ONNX Runtime, for any batch and length; onnx-stream is one of a causal model with its state, which reads a text part by part.",
            "A huggingface folder has config.json, model.safetensors and tokenizer.json of a model that performer import brought in, under its own names; fine-tuned as well, for the task that it came with and by what its family has a place for (LoRA, once merged), else it is refused by name.",
            "A model card is written beside each, F.md without F's own ending, and the tokenizer where the file has none: F.tokenizer.json (or F.vocabulary.json)."
        })
public final class ExportCommand extends Action {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "M",
            description = "A model zip, or the folder of a run or a model.")
    private Path model;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "NAME",
            completionCandidates = Formats.class,
            description = "What to write: ${COMPLETION-CANDIDATES}.")
    private String format;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "F",
            description = "A new file to write; a new folder of huggingface.")
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

    @Option(
            names = "--license",
            paramLabel = "NAME",
            description = "The licence that the model's card names, as apache-2.0 or cc-by-4.0.")
    private String license;

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
        requireNew("--out", out);
        if (license != null && !license.matches("[A-Za-z0-9.+-]+")) {
            throw new IllegalArgumentException(
                    "a licence is named by letters, digits, '.', '+' and '-', as apache-2.0; --license=" + license);
        }
        PerformerModel loaded = Models.load(model);
        ModelExport export = new ModelExport(chosen, loaded, out);
        for (Path beside : chosen.folder() ? List.<Path>of() : export.beside()) {
            requireResult("a file beside --out", beside);
        }
        ExportedFile file = export.write(
                loaded, new ExportSettings(batch, tokens, !unmasked), new ModelCard(license, evaluation()));
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
        out().println("beside it: "
                + export.beside().stream().map(Path::toString).collect(Collectors.joining(", ")));
        ObjectNode results = object().put("model", model.toString())
                .put("format", chosen.name())
                .put("out", out.toString());
        results.put("bytes", bytes());
        export.beside().forEach(path -> results.withArray("beside").add(path.toString()));
        ObjectMapper mapper = new ObjectMapper();
        results.set("inputs", mapper.valueToTree(file.inputs()));
        results.set("outputs", mapper.valueToTree(file.outputs()));
        return results;
    }

    /** Returns the figures that the run recorded with the model; null for none. */
    private JsonNode evaluation() throws IOException {
        byte[] entry = ModelFile.entry(Models.file(model), RunFolder.EVALUATION_ENTRY);
        return entry == null ? null : new ObjectMapper().readTree(entry);
    }

    private long bytes() throws IOException {
        if (!Files.isDirectory(out)) {
            return Files.size(out);
        }
        long bytes = 0;
        try (Stream<Path> files = Files.list(out)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static String names(List<ExportedFile.Port> ports) {
        return ports.stream().map(ExportedFile.Port::toString).collect(Collectors.joining(", "));
    }
}
