package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.imports.ImportReport;
import io.github.performer4j.checkpoint.imports.ImportSettings;
import io.github.performer4j.checkpoint.imports.ModelImport;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.kernels.LayerReport;
import io.github.performer4j.cli.options.LinearAttention;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Printable;
import io.github.performer4j.core.model.PerformerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer import}: a trained model of another program becomes one of ours. */
@Command(
        name = "import",
        description = {
            "Bring in a trained model of another program: BERT and its embedders, RoBERTa, DistilBERT, ModernBERT, JinaBERT, MosaicBERT and DNABERT-2, ESM-2, ESM C, T5 encoders, GPT-2, Llama, Mistral, Qwen2.",
            "Reads a folder as HuggingFace's hub has it (config.json, tokenizer.json, and weights in safetensors or ONNX). Attention stays exact, and the model's numbers its own,"
                    + " unless --attention says otherwise."
        })
public final class ImportCommand extends Action {

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
            names = "--masked-lm",
            description =
                    "Take the head for masked tokens, too: the model fills them in. Without it, an encoder is taken for its vectors.")
    private boolean masked;

    @Option(
            names = "--pooling",
            paramLabel = "P",
            description =
                    "mean, first, last or max: how tokens become one vector (default: what the folder says, else mean).")
    private String pooling;

    @Mixin
    private LinearAttention linear;

    @Option(
            names = "--data",
            paramLabel = "D",
            description =
                    "Text or proteins that the model reads: say, block by block, how well random features estimate its attention, which map and how many to take, and what stays exact (as kernels --model does of any model).")
    private Path data;

    @Override
    protected ObjectNode run() throws IOException {
        Map<String, Object> changes = linear.changes();
        requireNew("--out", out);
        if (data != null && !Files.exists(data)) {
            throw new IllegalArgumentException("there is no such data; --data=" + data);
        }
        HuggingFaceFolder files = HuggingFaceFolder.find(from, config, tokenizer);
        ImportSettings settings = new ImportSettings(bodyOnly, pooling, changes, seed(1), masked);
        Provenance provenance = new Provenance(
                files.weights().toString(),
                "",
                seed(1),
                0,
                command().toString(),
                System.getProperty("java.runtime.version"),
                Instant.now().toString());
        ModelImport imported = ModelImport.read(files, settings, provenance);
        ObjectNode advice = data == null ? null : advice(imported, files, provenance);
        ModelFile.save(out, imported.model().net(), imported.model().info(), false, Map.of());
        tell(imported);
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode results = object().put("from", files.weights().toString())
                .put("out", out.toString())
                .put("architecture", imported.architecture())
                .put("parameters", imported.model().net().numParams());
        results.set("report", mapper.valueToTree(imported.report()));
        if (advice != null) {
            results.set("recommendation", advice);
        }
        return results;
    }

    /** Looks at the attention that the model came with, before anything is written. */
    private ObjectNode advice(ModelImport imported, HuggingFaceFolder files, Provenance provenance) throws IOException {
        ImportSettings exact = new ImportSettings(bodyOnly, pooling, Map.of(), seed(1), masked);
        PerformerModel model = linear.map() == null
                ? imported.model()
                : ModelImport.read(files, exact, provenance).model();
        ObjectNode advice = LayerReport.of(model, data, seed(1), out(), err());
        out().println();
        return advice;
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
                        linear.map() == null
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
