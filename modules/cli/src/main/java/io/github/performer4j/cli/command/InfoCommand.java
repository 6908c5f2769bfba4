package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.net.SnnkAdapters;
import io.github.performer4j.core.task.Tasks;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.KernelProperties;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code performer info MODEL}: configuration, parameters, data, provenance. */
@Command(name = "info", description = "Show a model's configuration, parameters, data and provenance.")
public final class InfoCommand extends Action {
    @Parameters(paramLabel = "MODEL", description = "A model zip, or a run folder (its best model).")
    private Path model;

    @Override
    protected ObjectNode run() throws IOException {
        PerformerModel loaded = Models.load(model);
        ModelInfo info = loaded.info();
        ObjectNode results = object();
        results.put("file", Models.file(model).toString());
        results.put("formatVersion", info.formatVersion());
        results.put("performer4jVersion", info.performer4jVersion());
        results.put("task", info.task().name());
        results.put("purpose", info.task().purpose());
        results.put("parameters", loaded.net().numParams());
        SnnkAdapters.of(loaded.net()).ifPresent(adapter -> results.put("adapters", "snnk:" + adapter.features()));
        results.put("tokenizer", info.tokenizer().kind());
        results.put("vocabulary", info.tokenizer().size());
        results.put(
                "engine",
                Engines.of(loaded.net().getConfiguration().getDataType()).name());
        results.put("products", CpuKernels.products().toString());
        results.put("precision", KernelProperties.precision().label());
        if (info.counts() != null) {
            results.put("trainingTokens", info.counts().total());
        }
        results.set("taskSettings", Tasks.write(info.task()));
        results.set("model", new ObjectMapper().readTree(info.model().toJson()));
        results.set("data", new ObjectMapper().valueToTree(info.data()));
        results.set("provenance", new ObjectMapper().valueToTree(info.provenance()));
        results.properties().forEach(entry -> {
            if (entry.getValue().isObject()) {
                out().println(entry.getKey());
                lines("  ", entry.getValue());
            } else {
                line(entry.getKey(), entry.getValue().asText());
            }
        });
        return results;
    }

    /** Nested settings are told by their paths, as {@code --set} takes them. */
    private void lines(String prefix, JsonNode object) {
        object.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value.isObject()) {
                lines(prefix + entry.getKey() + ".", value);
            } else {
                line(prefix + entry.getKey(), value.isTextual() ? value.asText() : value.toString());
            }
        });
    }

    private void line(String name, String value) {
        out().printf(Locale.ROOT, "%-30s %s%n", name, value);
    }
}
