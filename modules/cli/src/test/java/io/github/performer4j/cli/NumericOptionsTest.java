package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Every option that takes a number, of every command, at its edges: the command refuses it in one line with exit code
 * 2, or the value is listed here as one that it takes. The options are those of the command line itself, so that a new
 * one is under the law at once.
 */
class NumericOptionsTest {
    private static final String[] WHOLE = {
        "0", "-1", "2147483647", "-2147483648", "2147483648", "9223372036854775807", "1e3", "", "x"
    };
    private static final String[] REAL = {"0", "-1", "1e308", "-1e308", "NaN", "Infinity", "-Infinity", "", "x"};

    /** Any whole number is a seed. */
    private static final Set<String> SEEDS = Set.of("--seed", "--seeds");

    /** Values that are right, and answered within seconds. */
    private static final Set<String> TAKEN = Set.of(
            "bench fields --rows=2147483647", // all vertices
            "bundle --tokens=2147483647",
            "bundle --tokens=2147483648",
            "bundle --tokens=9223372036854775807",
            "calibrate --tokens=2147483647",
            "calibrate --tokens=2147483648",
            "calibrate --tokens=9223372036854775807",
            "compare --minutes=1e308",
            "compare --minutes=Infinity",
            "convert --exact-every=0",
            "convert --minutes=1e308",
            "tune --minutes=1e308",
            "tune --minutes=Infinity",
            "tune --parallel=2147483647",
            "kernels --angle=0",
            "fill --temperature=0",
            "fill --temperature=1e308",
            "generate --length=0",
            "report --length=0",
            "generate --min-p=0",
            "generate --temperature=0",
            "generate --temperature=1e308",
            "generate --top-k=0",
            "generate --top-k=2147483647",
            "data make listops --test=0",
            "data make listops --valid=0",
            "data make structure --test=0",
            "data make structure --valid=0",
            "data make strings --test=0",
            "data make strings --valid=0",
            "data make motifs --probability=0");

    /** Values that are right, and would take for ever, or start processes or servers of their own. */
    private static final Set<String> TOO_LONG = Set.of(
            "fill --count=2147483647",
            "train --ui-every=2147483647", // serves a port, in use or not
            "bench attention --runs=2147483647",
            "bench attention --seconds=1e308",
            "bench attention --seconds=Infinity",
            "bench attention --memory=1e308",
            "bench attention --memory=Infinity",
            "bench block --runs=2147483647",
            "bench block --seconds=1e308",
            "bench block --seconds=Infinity",
            "bench block --memory=1e308",
            "bench block --memory=Infinity",
            "bench train --runs=2147483647",
            "bench train --seconds=1e308",
            "bench train --seconds=Infinity",
            "bench train --memory=1e308",
            "bench train --memory=Infinity",
            "kernels --draws=2147483647",
            "train --steps=2147483647",
            "train --minutes=1e308",
            "quickstart --minutes=1e308",
            "compare --steps=2147483647",
            "compare --minutes-each=1e308",
            "convert --steps=2147483647",
            "tune --steps=2147483647",
            "tune --minutes-each=1e308",
            "tune --trials=2147483647",
            "explain --top=2147483647",
            "import --exact-every=0");

    /** Options that do not go with the command line that works without them. */
    private static final Set<String> APART = Set.of(
            "kernels --pairs", "compare --minutes-each", "tune --minutes-each", "train --ui-every", "train --ui-port");

    @TempDir
    static Path shared;

    private static Path proteins;
    private static Path config;
    private static Path space;
    private static Path masked;
    private static Path causal;
    private static Path strings;
    private static Path targets;

    @TempDir
    Path folder;

    private int runs;

    @BeforeAll
    static void train() throws IOException {
        proteins = Cli.fasta(shared.resolve("proteins.fasta"), 12, 31);
        config = Cli.maskedConfig(shared.resolve("config.json"));
        space = Files.writeString(shared.resolve("space.json"), """
                {"formatVersion": 1, "parameters": {"model.layers": {"kind": "integer", "min": 1, "max": 2}}}
                """);
        masked = shared.resolve("masked");
        Cli.run(
                        "train",
                        "--config",
                        config,
                        "--set",
                        "model.attention.featureMap=positive",
                        "--data",
                        proteins,
                        "--out",
                        masked,
                        "--valid",
                        proteins)
                .ok();
        causal = shared.resolve("causal");
        Path text =
                Files.writeString(shared.resolve("text.txt"), "It is a truth universally acknowledged. ".repeat(40));
        Path ofText = Cli.config(shared.resolve("causal.json"), "causal-lm", "character", "packed");
        Cli.run("train", "--config", ofText, "--data", text, "--out", causal, "--valid", text)
                .ok();
        strings = Files.writeString(shared.resolve("strings.tsv"), "source\ttarget\nab\tba\nabc\tcba\n");
        Path ofTargets = Files.writeString(
                shared.resolve("targets.json"),
                Files.readString(ofText)
                        .replace("causal-lm", "seq2seq")
                        .replace("packed", "both")
                        .replace("\"layers\": 1,", "\"layers\": 1, \"encoder\": {\"layers\": 1},"));
        targets = shared.resolve("targets");
        List<Object> columns = List.of("--source-column", "source", "--target-column", "target");
        List<Object> train = new ArrayList<>(List.of("train", "--config", ofTargets, "--data", strings));
        train.addAll(List.of("--valid", strings, "--out", targets));
        train.addAll(columns);
        Cli.run(train.toArray()).ok();
    }

    /** A place that no run before has written to. */
    private Path fresh() {
        return folder.resolve("out" + runs++);
    }

    /** A command line that works, but for the option under test. */
    private List<Object> works(String command) {
        return switch (command) {
            case "quickstart" -> List.of("--out", fresh());
            case "train" -> List.of("--config", config, "--data", proteins, "--out", fresh());
            case "train --ui-every", "train --ui-port" ->
                List.of("--config", config, "--data", proteins, "--out", fresh(), "--ui");
            case "compare" ->
                List.of("--config", config, "--data", proteins, "--out", fresh(), "--maps", "relu", "--steps", 1);
            case "compare --minutes-each" ->
                List.of("--config", config, "--data", proteins, "--out", fresh(), "--maps", "relu");
            case "tune", "tune --minutes-each" -> {
                List<Object> tune = new ArrayList<>(List.of("--config", config, "--data", proteins, "--out", fresh()));
                tune.addAll(List.of("--space", space, "--trials", 1));
                tune.addAll(command.equals("tune") ? List.of("--steps", 1) : List.of());
                yield tune;
            }
            case "spark-train" ->
                List.of("--config", config, "--data", proteins, "--out", fresh(), "--workers", 1, "--steps", 1);
            case "spark-embed", "spark-predict" -> List.of("--model", masked, "--data", proteins, "--out", fresh());
            case "report" -> List.of(masked, "--out", fresh() + ".html");
            case "eval", "spark-eval" -> List.of("--model", masked, "--data", proteins);
            case "predict" -> List.of("--model", targets, "--data", strings, "--out", fresh());
            case "embed" -> List.of("--model", masked, "--data", proteins, "--out", fresh());
            case "explain" -> List.of("--model", masked, "--data", proteins);
            case "calibrate" -> List.of("--model", masked, "--data", proteins, "--out", fresh());
            case "convert" ->
                List.of("--model", masked, "--data", proteins, "--attention", "relu", "--steps", 1, "--out", fresh());
            case "bundle" -> List.of("--model", masked, "--data", proteins, "--features", 2, "--out", fresh());
            case "merge" -> List.of("--model", masked, "--out", fresh());
            case "extend" -> List.of("--model", masked, "--tokens", 100, "--out", fresh());
            case "export" -> List.of("--model", masked, "--format", "samediff", "--out", fresh());
            case "import" ->
                List.of(
                        "--from",
                        "../checkpoint/src/test/resources/golden/imports/bert",
                        "--attention",
                        "positive",
                        "--out",
                        fresh());
            case "generate" -> List.of("--model", causal, "--length", 1);
            case "fill" -> List.of("--model", masked, "--sequence", "MK_");
            case "info" -> List.of(masked);
            case "data describe" -> List.of(proteins);
            case "data make listops", "data make structure", "data make strings" ->
                List.of(
                        "--train",
                        2,
                        "--valid",
                        1,
                        "--test",
                        1,
                        "--min-length",
                        20,
                        "--max-length",
                        60,
                        "--out",
                        fresh() + ".tsv");
            case "data make passages" ->
                List.of(shared.resolve("text.txt"), "--length", 20, "--block", 3, "--out", fresh() + ".tsv");
            case "data make motifs" -> List.of("--graphs", 2, "--nodes", 4, "--links", 1, "--out", fresh());
            case "data split" -> List.of(proteins, "--out", fresh());
            case "kernels" -> List.of("--maps", "positive", "--features", 2, "--head-size", 2, "--draws", 2);
            case "kernels --pairs" ->
                List.of("--model", masked, "--data", proteins, "--maps", "positive", "--draws", 2);
            case "bench attention", "bench block", "bench train" -> List.of("--engines", "fused", "--runs", 1);
            case "bench graphs" -> List.of("--nodes", 50, "--runs", 1);
            case "bench positions" ->
                List.of("--tokens", 20, "--batch-tokens", 40, "--width", 8, "--heads", 2, "--features", 4, "--runs", 1);
            case "bench offsets" -> List.of("--tokens", 20, "--runs", 1);
            case "bench generate" ->
                List.of(
                        "--set",
                        "model.width=8",
                        "--set",
                        "model.layers=1",
                        "--positions",
                        9,
                        "--tokens",
                        3,
                        "--runs",
                        1);
            case "bench embed" ->
                List.of("--set", "model.width=8", "--set", "model.layers=1", "--tokens", 40, "--parts", 2, "--runs", 1);
            case "bench fields" -> List.of("--vertices", 200, "--runs", 1);
            default ->
                throw new IllegalArgumentException("a new command needs a command line that works; command=" + command);
        };
    }

    static Stream<String> commands() {
        return leaves(Main.line()).map(NumericOptionsTest::name);
    }

    private static Stream<CommandLine> leaves(CommandLine line) {
        return line.getSubcommands().isEmpty()
                ? Stream.of(line)
                : line.getSubcommands().values().stream()
                        .distinct()
                        .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
                        .flatMap(NumericOptionsTest::leaves);
    }

    private static String name(CommandLine line) {
        return line.getCommandSpec().qualifiedName().replaceFirst("^performer ", "");
    }

    private static CommandLine command(String name) {
        return leaves(Main.line())
                .filter(line -> name(line).equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static boolean whole(Class<?> type) {
        return type == int.class || type == Integer.class || type == long.class || type == Long.class;
    }

    private static boolean real(Class<?> type) {
        return type == double.class || type == Double.class || type == float.class || type == Float.class;
    }

    private static Class<?> element(OptionSpec option) {
        Class<?>[] inner = option.auxiliaryTypes();
        return option.isMultiValue() ? inner[inner.length - 1] : option.type();
    }

    @ParameterizedTest
    @MethodSource("commands")
    @Timeout(120)
    void everyNumberAtItsEdgesIsRefusedInOneLineOrTaken(String command) {
        List<OptionSpec> options =
                new ArrayList<>(command(command).getCommandSpec().options());
        options.sort(Comparator.comparing(OptionSpec::longestName));
        List<String> faults = new ArrayList<>();
        for (OptionSpec option : options) {
            boolean whole = whole(element(option));
            if (!whole && !real(element(option)) || SEEDS.contains(option.longestName())) {
                continue;
            }
            for (String value : whole ? WHOLE : REAL) {
                String given = option.longestName() + "=" + value;
                if (TOO_LONG.contains(command + " " + given)) {
                    continue;
                }
                Cli.Result result = run(command, option.longestName(), given);
                boolean taken = TAKEN.contains(command + " " + given);
                boolean refused = result.code() == Main.USAGE
                        && result.out().isEmpty()
                        && result.err().lines().count() == 1
                        && result.err().startsWith("performer: ");
                if (taken ? result.code() != Main.OK : !refused) {
                    faults.add(command + " " + given + " -> " + result);
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    private Cli.Result run(String command, String option, String given) {
        List<Object> args = new ArrayList<>(Arrays.asList(command.split(" ")));
        List<Object> works =
                new ArrayList<>(works(APART.contains(command + " " + option) ? command + " " + option : command));
        int at = works.indexOf(option);
        if (at >= 0) {
            works.subList(at, at + 2).clear();
        }
        args.addAll(works);
        args.add(given);
        return Cli.run(args.toArray());
    }

    /** A seed is any whole number; benches and a quickstart would take too long to show it. */
    @Test
    void everySeedIsTaken() {
        for (String command : List.of("eval", "generate", "fill", "info", "data describe")) {
            for (String value : WHOLE) {
                Cli.Result result = run(command, "--seed", "--seed=" + value);
                if (value.matches("-?\\d+")) {
                    result.ok();
                } else {
                    result.refused("--seed");
                }
            }
        }
    }

    /** What the law leaves out is there, so that a renamed option cannot hide behind an old entry. */
    @Test
    void theListsNameOptionsThatExist() {
        Set<String> there = new TreeSet<>();
        leaves(Main.line())
                .forEach(line -> line.getCommandSpec()
                        .options()
                        .forEach(option -> there.add(name(line) + " " + option.longestName())));
        assertThat(there).contains("generate --length", "kernels --pairs", "bench train --vocabulary");
        Stream.concat(TAKEN.stream(), TOO_LONG.stream())
                .forEach(entry -> assertThat(there).contains(entry.substring(0, entry.indexOf('='))));
    }
}
