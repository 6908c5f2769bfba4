package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.Generator;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Sampling;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.ResultFile;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.training.report.RunsPage;
import io.github.performer4j.training.report.ShownRun;
import io.github.performer4j.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code performer report}: one page that compares runs. */
@Command(
        name = "report",
        description = {
            "Compare runs on one page: curves that can be zoomed and switched off, the best models' figures, settings that"
                    + " differ, pictures, samples. One file, no server, no network.",
            "Runs may still be going on."
        })
public final class ReportCommand extends Action {
    private static final int MOST = 1_000_000;

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Run folders.")
    private List<Path> runs;

    @Option(
            names = "--out",
            paramLabel = "F.html",
            description = "A new file to write (default: ${DEFAULT-VALUE}, in the folder where you are).")
    private Path out = Path.of("report.html");

    @Option(names = "--title", paramLabel = "T", description = "Title of the page (default: the runs' names).")
    private String title;

    @Option(
            names = "--prompt",
            paramLabel = "P",
            description = "What models that continue texts continue (default: nothing), by the draws of --seed.")
    private String prompt = "";

    @Option(
            names = "--length",
            paramLabel = "N",
            description = "Tokens of a sample, 0 for none (default: ${DEFAULT-VALUE}).")
    private int length = 200;

    @Override
    protected ObjectNode run() throws IOException {
        requireNew("--out", out);
        if (length < 0 || length > MOST) {
            throw new IllegalArgumentException("a sample must have 0 to " + MOST + " tokens; --length=" + length);
        }
        List<ShownRun> shown = new ArrayList<>();
        for (Map.Entry<String, Path> run : named().entrySet()) {
            shown.add(ShownRun.of(run.getKey(), run.getValue(), sample(run.getValue())));
        }
        byte[] page = RunsPage.html(title == null ? String.join(", ", named().keySet()) : title, shown);
        ResultFile.write(out, page);
        out().println(shown.size() + (shown.size() == 1 ? " run -> " : " runs -> ") + out);
        return object().put("out", out.toString()).put("runs", shown.size());
    }

    /** Runs by the names of their folders; by their paths where two have one name. */
    private Map<String, Path> named() {
        Map<String, Path> named = new LinkedHashMap<>();
        for (Path run : runs) {
            boolean alone = runs.stream()
                            .filter(other -> RunFolder.name(other).equals(RunFolder.name(run)))
                            .count()
                    == 1;
            if (named.put(alone ? RunFolder.name(run) : run.toString(), run) != null) {
                throw new IllegalArgumentException("a run is named twice; run=" + run);
            }
        }
        return named;
    }

    private String sample(Path run) throws IOException {
        if (length == 0 || RunFolder.open(run).model() == null) {
            return null;
        }
        PerformerModel model = Models.load(run);
        if (!(model.info().task() instanceof CausalLanguageModel)) {
            return null;
        }
        Generator generator = new Generator(model)
                .withLongPrompts(true) // a run with a short window continues the prompt's end
                .withMaxNew(length)
                .withSampling(Sampling.defaults().withTemperature(0.8))
                .withSeed(seed(1));
        return prompt + generator.generate(prompt).get(0).text();
    }
}
