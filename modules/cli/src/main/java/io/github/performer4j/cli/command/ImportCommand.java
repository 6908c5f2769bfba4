package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.imports.ImportReport;
import io.github.performer4j.checkpoint.imports.ImportSettings;
import io.github.performer4j.checkpoint.imports.ModelImport;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Printable;
import io.github.performer4j.core.model.PerformerConfig;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer import}: a trained model of another program becomes one of ours. */
@Command(
        name = "import",
        description = {
            "Bring in a trained model of another program: BERT and its embedders, RoBERTa, DistilBERT, GPT-2, Llama, Mistral, Qwen2.",
            "Reads a folder as HuggingFace's hub has it (config.json, tokenizer.json, and weights in safetensors or ONNX). Attention stays exact, and the model's numbers its own,"
                    + " unless --attention says otherwise."
        })
public final class ImportCommand extends Action {
    /** More would be no estimate of anything smaller than itself. */
    private static final int MOST_FEATURES = 1 << 16;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "DIR|FILE",
            description = "The folder, or a file of weights with the others beside it.")
    private Path from;

    @Option(names = "--out", required = true, paramLabel = "M.zip", description = "A new model file to write.")
    private Path out;

    @Option(names = "--config", paramLabel = "F", description = "config.json, where it lies elsewhere.")
    private Path config;

    @Option(names = "--tokenizer", paramLabel = "F", description = "tokenizer.json, where it lies elsewhere.")
    private Path tokenizer;

    @Option(names = "--body-only", description = "Leave out tensors that the family does not know, such as a head's.")
    private boolean bodyOnly;

    @Option(
            names = "--pooling",
            paramLabel = "P",
            description =
                    "mean, first or last: how tokens become one vector (default: what the folder says, else mean).")
    private String pooling;

    @Option(
            names = "--attention",
            paramLabel = "MAP",
            description =
                    "Attend linearly, by this feature map (positive, oprf, relu, ...); the numbers are then an estimate. performer kernels --model M --data D measures it"
                            + " layer by layer.")
    private String attention;

    @Option(
            names = "--features",
            paramLabel = "M",
            description = "Random features of linear attention (default: the configuration's).")
    private Integer features;

    @Option(
            names = "--exact-every",
            paramLabel = "N",
            description = "With --attention: blocks N, 2N, ... stay exact (default: none).")
    private Integer exactEvery;

    @Override
    protected ObjectNode run() throws IOException {
        refuse("--features", features);
        refuse("--exact-every", exactEvery);
        if (features != null && (features < 1 || features > MOST_FEATURES)) {
            throw new IllegalArgumentException(
                    "--features must be from 1 to " + MOST_FEATURES + "; --features=" + features);
        }
        requireResult("--out", out);
        if (Files.exists(out)) {
            throw new FileAlreadyExistsException(out.toString(), null, "the file to write exists already");
        }
        HuggingFaceFolder files = HuggingFaceFolder.find(from, config, tokenizer);
        ImportSettings settings = new ImportSettings(bodyOnly, pooling, changes(), seed(1));
        Provenance provenance = new Provenance(
                files.weights().toString(),
                "",
                seed(1),
                0,
                command().toString(),
                System.getProperty("java.runtime.version"),
                Instant.now().toString());
        ModelImport imported = ModelImport.read(files, settings, provenance);
        ModelFile.save(out, imported.model().net(), imported.model().info(), false, Map.of());
        tell(imported);
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode results = object().put("from", files.weights().toString())
                .put("out", out.toString())
                .put("architecture", imported.architecture())
                .put("parameters", imported.model().net().numParams());
        results.set("report", mapper.valueToTree(imported.report()));
        return results;
    }

    private void refuse(String option, Integer value) {
        if (attention == null && value != null) {
            throw new IllegalArgumentException(
                    option + " belongs to linear attention: name its map by --attention; " + option + "=" + value);
        }
    }

    private Map<String, Object> changes() {
        Map<String, Object> changes = new LinkedHashMap<>();
        if (attention != null) {
            changes.put("attention.kind", "linear");
            changes.put("attention.featureMap", attention);
            if (features != null) {
                changes.put("attention.features", features);
            }
            if (exactEvery != null) {
                changes.put("exactEvery", exactEvery);
            }
        }
        return changes;
    }

    private void tell(ModelImport imported) {
        PerformerConfig model = imported.model().info().model();
        ImportReport report = imported.report();
        out().printf(
                        Locale.ROOT,
                        "%s: %s, %d layers of width %d, %s parameters, %s attention -> %s%n",
                        from,
                        imported.architecture(),
                        model.layers(),
                        model.width(),
                        Figures.count(imported.model().net().numParams()),
                        attention == null
                                ? "exact"
                                : "linear (" + model.attention().featureMap() + ")",
                        out);
        out().println(Figures.count(report.mapped().size()) + " tensors mapped, "
                + report.leftOut().size() + " left out (all by name in --json)");
        report.leftOut().stream()
                .collect(Collectors.groupingBy(ImportReport.Line::what, LinkedHashMap::new, Collectors.toList()))
                .forEach((reason, lines) -> err().println("left out: " + lines.size() + " (" + reason + "), such as "
                        + Printable.line(lines.get(0).tensor())));
        names("zero, as the other model has none", report.zeros());
        names("as drawn, as the other model has none", report.fresh());
        report.notes().forEach(note -> err().println("note: " + note));
    }

    private void names(String what, List<String> parameters) {
        if (!parameters.isEmpty()) {
            err().println(what + ": " + parameters.size() + " parameters, such as " + parameters.get(0));
        }
    }
}
