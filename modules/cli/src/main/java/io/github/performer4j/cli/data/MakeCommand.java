package io.github.performer4j.cli.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.Version;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.data.made.MadeSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code performer data make}: data sets from a rule, or from texts. */
@Command(
        name = "make",
        description =
                "Make a labelled data set, a table with a column split, or a folder of graphs: the same settings and seed give the same files.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            MakeListOpsCommand.class,
            MakePassagesCommand.class,
            MakeStructureCommand.class,
            MakeMotifsCommand.class,
            MakeStringsCommand.class
        })
final class MakeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a data set is needed: " + names());
    }

    private String names() {
        return String.join(", ", spec.subcommands().keySet());
    }

    /** What all data sets share: where they go, and what is said of them. */
    abstract static class Maker extends Action {
        @Option(
                names = "--out",
                required = true,
                paramLabel = "F",
                description = "The new table: .tsv or .csv, with .gz packed; of motifs a folder that is not there yet.")
        private Path out;

        /** Makes the data set. */
        protected abstract MadeSummary make(Path file) throws IOException;

        @Override
        protected final ObjectNode run() throws IOException {
            requireResult("--out", out);
            MadeSummary made = make(out);
            ObjectNode json = object();
            json.put("file", out.toString());
            ObjectNode sides = json.putObject("labels");
            for (Map.Entry<String, Map<String, Long>> side : made.classes().entrySet()) {
                ObjectNode labels = sides.putObject(side.getKey());
                side.getValue().forEach(labels::put);
                out().printf(
                                Locale.ROOT,
                                "%-6s %s labels, the most frequent %.1f%%: %s%n",
                                side.getKey(),
                                Figures.count(made.count(side.getKey())),
                                100 * made.majority(side.getKey()),
                                shares(side.getValue(), made.count(side.getKey())));
            }
            return json;
        }

        private static String shares(Map<String, Long> labels, long all) {
            return labels.entrySet().stream()
                    .map(label ->
                            String.format(Locale.ROOT, "%s %.1f%%", label.getKey(), 100.0 * label.getValue() / all))
                    .collect(Collectors.joining("  "));
        }
    }
}
