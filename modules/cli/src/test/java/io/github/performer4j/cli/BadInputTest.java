package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.performer4j.checkpoint.ModelFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the user gets wrong is one line and exit code 2, and nothing that was there is changed. */
class BadInputTest {
    @TempDir
    static Path shared;

    private static Path proteins;
    private static Path config;
    private static Path run;
    private static Map<String, String> before;

    @TempDir
    Path folder;

    private Path out;

    @BeforeAll
    static void train() throws IOException {
        proteins = Cli.fasta(shared.resolve("proteins.fasta"), 30, 41);
        config = Cli.maskedConfig(shared.resolve("config.json"));
        run = shared.resolve("run");
        Cli.run("train", "--config", config, "--data", proteins, "--out", run).ok();
        before = Cli.snapshot(shared);
    }

    @BeforeEach
    void newFolder() {
        out = folder.resolve("out");
    }

    @AfterEach
    void nothingIsTouched() throws IOException {
        System.clearProperty("performer4j.home");
        assertThat(Cli.snapshot(shared)).isEqualTo(before);
        assertThat(out).doesNotExist();
    }

    @Test
    void missingFiles() {
        Path missing = folder.resolve("missing");
        train("--data", missing).refused("missing");
        Cli.run("train", "--config", missing, "--data", proteins, "--out", out).refused("missing", "configuration");
        Cli.run("eval", "--model", missing, "--data", proteins).refused("missing", "no such model");
        Cli.run("eval", "--model", run, "--data", missing).refused("missing");
        Cli.run("info", folder).refused("no run folder");
        Cli.run("data", "describe", missing).refused("missing");
        Cli.run("eval", "--model", run, "--data", proteins, "--json", missing.resolve("e.json"))
                .refused("e.json", "folder");
    }

    @Test
    void anEmptyFasta() throws IOException {
        everywhere(Files.createFile(folder.resolve("empty.fasta")), "empty.fasta");
    }

    @Test
    void aSequenceBeforeAnyHeader() throws IOException {
        everywhere(
                Files.writeString(folder.resolve("headless.fasta"), "\nMKTAYIA\n>p\nMK\n"),
                "headless.fasta:2",
                "header");
    }

    @Test
    void binaryGarbage() throws IOException {
        byte[] garbage = new byte[4096];
        for (int i = 0; i < garbage.length; i++) {
            garbage[i] = (byte) (i * 37 ^ i >> 3);
        }
        everywhere(Files.write(folder.resolve("garbage.fasta"), garbage), "garbage.fasta");
        Path model = Files.write(folder.resolve("garbage.zip"), garbage);
        Cli.run("eval", "--model", model, "--data", proteins).refused("garbage.zip", "found=no zip");
    }

    @Test
    void aTruncatedGzip() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(Files.readAllBytes(proteins));
        }
        byte[] whole = packed.toByteArray();
        everywhere(
                Files.write(folder.resolve("cut.fasta.gz"), Arrays.copyOf(whole, whole.length / 2)),
                "cut.fasta.gz",
                "truncated");
    }

    @Test
    void anotherEncoding() throws IOException {
        String text = "\uFEFF" + Files.readString(proteins);
        everywhere(
                Files.write(folder.resolve("powershell.fasta"), text.getBytes(StandardCharsets.UTF_16LE)),
                "powershell.fasta",
                "UTF-16LE",
                "iconv");
    }

    /** Data is read more than once, which a pipe is not; to open one would wait for a writer that never comes. */
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aPipe() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe.fasta");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path inFolder = Files.createDirectory(folder.resolve("with-pipe"));
        Files.move(pipe, inFolder.resolve("pipe.fasta"));
        Files.copy(proteins, inFolder.resolve("a.fasta"));
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            everywhere(inFolder.resolve("pipe.fasta"), "pipe.fasta", "data is read more than once");
            everywhere(inFolder, "pipe.fasta", "data is read more than once");
        });
    }

    @Test
    void anUnknownLetterIsAnErrorOnlyIfAskedFor() throws IOException {
        Path strange = Files.writeString(
                folder.resolve("strange.fasta"), Files.readString(proteins).replaceFirst("\n([A-Z]{5})", "\nMK@A1"));
        train("--data", strange, "--on-unknown", "error").refused("strange.fasta:2", "'@'");
        Cli.run("eval", "--model", run, "--data", strange, "--on-unknown", "error")
                .refused("strange.fasta:2");
        Cli.Result masked = Cli.run("eval", "--model", run, "--data", strange).ok();
        assertThat(masked.err()).contains("2 letters outside the vocabulary", "'@' 1", "'1' 1");
        Cli.Result trained = Cli.run("train", "--config", config, "--data", strange, "--out", folder.resolve("strange"))
                .ok();
        assertThat(trained.err()).contains("letters outside the vocabulary", "'@' 1");
        train("--data", proteins, "--on-unknown", "perhaps").refused("--on-unknown", "perhaps");
    }

    @Test
    void headsThatDoNotDivideTheWidth() {
        train("--data", proteins, "--set", "model.attention.heads=3")
                .refused("heads must divide width; width=8, heads=3");
    }

    @Test
    void unknownNames() throws IOException {
        Cli.run("train", "--preset", "protein-quickstrat", "--data", proteins, "--out", out)
                .refused("unknown preset", "protein-quickstrat", "protein-quickstart");
        train("--data", proteins, "--set", "model.widht=16")
                .refused("unknown key", "model.widht", "nearest=model.width");
        train("--data", proteins, "--set", "model.width").refused("--set");
        Path wrong = Files.writeString(
                folder.resolve("wrong.json"), Files.readString(config).replace("warmupSteps", "warmupStep"));
        Cli.run("train", "--config", wrong, "--data", proteins, "--out", out)
                .refused("wrong.json", "unknown key", "nearest=training.warmupSteps");
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\"model\": ");
        Cli.run("train", "--config", broken, "--data", proteins, "--out", out).refused("broken.json", "JSON");
    }

    @Test
    void aRunFolderThatExists() {
        Cli.run("train", "--config", config, "--data", proteins, "--out", run).refused("must be new or empty", "run");
        Cli.run("data", "split", proteins, "--out", run).refused("run");
    }

    @Test
    void aCheckpointOfAnotherConfiguration() throws IOException {
        Cli.run(
                        "train",
                        "--config",
                        config,
                        "--data",
                        proteins,
                        "--out",
                        run,
                        "--resume",
                        "--set",
                        "model.width=16",
                        "--set",
                        "training.learningRate=0.01")
                .refused("another configuration", "model.width", "training.learningRate");
        Path other = Cli.fasta(folder.resolve("other.fasta"), 31, 37);
        Cli.run("train", "--config", config, "--data", other, "--out", run, "--resume")
                .refused("other data");
    }

    /** What a run is measured on is its own; naming nothing is naming the run's. */
    @Test
    void anotherHeldOutSide() throws IOException {
        Path other = Cli.fasta(folder.resolve("other.fasta"), 31, 37);
        resume("--valid", other, "--steps", 5)
                .refused("other data", "held-out side checkpoint=a share of 0.1", "other.fasta");
        resume("--valid-fraction", 0.2, "--steps", 5, "--set", "model.width=16")
                .refused("another configuration and of other data", "run=a share of 0.2", "model.width");
        resume("--data", other).refused("other data", "other.fasta");
        resume("--steps", 2).refused("steps must not be below those that are done; steps=2, done=3");
        Cli.run("train", "--config", config, "--out", out).refused("--data");
        Cli.run("train", "--resume", "--config", config, "--out", out).refused("--data");
    }

    /** An option that would be ignored is refused, by name. */
    @Test
    void oneValueSetTwice() {
        train("--data", proteins, "--steps", 4, "--set", "training.steps=5")
                .refused("a value is set once; --set training.steps=5 and --steps");
        train("--data", proteins, "--minutes", 0.01, "--set", "training.minutes=5")
                .refused("--minutes");
        train("--data", proteins, "--seed", 4, "--set", "training.seed=5").refused("--seed");
        train("--data", proteins, "--threads", 2, "--set", "training.threads=1").refused("--threads");
        train("--data", proteins, "--on-unknown", "error", "--set", "data.onUnknown=mask")
                .refused("--on-unknown");
        train("--data", proteins, "--set", "model.width=16", "--set", "model.width=8")
                .refused("a value is set once; --set model.width=16 --set model.width=8");
        train("--data", proteins, "--valid", proteins, "--valid-fraction", 0.2)
                .refused("--valid", "mutually exclusive");
        for (String set :
                new String[] {"training.steps=4", "model.attention.featureMap=relu", "model.attention.kind=exact"}) {
            Cli.run(
                            "compare",
                            "--config",
                            config,
                            "--data",
                            proteins,
                            "--maps",
                            "relu",
                            "--steps",
                            3,
                            "--out",
                            out,
                            "--set",
                            set)
                    .refused("a value is set once; --set " + set);
        }
        Cli.run(
                        "compare",
                        "--config",
                        config,
                        "--data",
                        proteins,
                        "--maps",
                        "relu",
                        "--steps",
                        3,
                        "--out",
                        out,
                        "--set",
                        "training.minutes=1")
                .refused("a value is set once; --set training.minutes=1 and --steps");
    }

    @Test
    void aQuickstartInTheFolderOfAnotherRun() {
        System.setProperty("performer4j.home", "../..");
        Cli.Result changed = Cli.run("quickstart", "--out", run, "--seed", 9);
        assertThat(changed.code()).isEqualTo(Main.USAGE);
        assertThat(changed.err())
                .contains("another configuration and of other data", "training.seed checkpoint=1, run=9");
        Cli.run("quickstart", "--out", run).refused("other data", "uniprot-20k.fasta.gz");
    }

    @Test
    void aModelOfANewerVersion() throws IOException {
        Path newer = folder.resolve("newer.zip");
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(run.resolve("best.zip")));
                ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(newer))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                zip.putNextEntry(new ZipEntry(entry.getName()));
                zip.write(text.replace("\"formatVersion\" : 2", "\"formatVersion\" : 7")
                        .getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        Cli.run("info", newer).refused("newer.zip", "format=7", "reads up to=2", "update performer4j");
    }

    /**
     * No space left while a later checkpoint is saved: the trainer's own file meets a full device. The temporary file of the checkpoint
     * is a link to Linux' /dev/full, which refuses every byte with ENOSPC, as a full disk does.
     */
    @Test
    @EnabledOnOs(OS.LINUX)
    void noSpaceLeftKeepsTheEarlierCheckpoint() throws IOException {
        Path small = folder.resolve("small");
        Cli.run("train", "--config", config, "--data", proteins, "--out", small).ok();
        Path checkpoints = small.resolve("checkpoints");
        byte[] earlier = Files.readAllBytes(checkpoints.resolve("step-000003.zip"));
        Files.createSymbolicLink(checkpoints.resolve("step-000005.zip.tmp"), Path.of("/dev/full"));
        Cli.Result result = Cli.run(
                "train",
                "--config",
                config,
                "--data",
                proteins,
                "--out",
                small,
                "--steps",
                5,
                "--resume",
                "--json",
                folder.resolve("result.json"));
        assertThat(result.code()).isEqualTo(Main.USAGE);
        assertThat(result.err().lines().filter(line -> line.startsWith("performer: ")))
                .singleElement()
                .asString()
                .contains("step-000005.zip", "bytes free=", "No space left on device");
        assertThat(Files.readAllBytes(checkpoints.resolve("step-000003.zip"))).isEqualTo(earlier);
        assertThat(ModelFile.load(checkpoints.resolve("step-000003.zip")).net().getIterationCount())
                .isEqualTo(3);
        assertThat(checkpoints.resolve("step-000005.zip")).doesNotExist();
        assertThat(folder.resolve("result.json")).doesNotExist();
    }

    @Test
    void wrongUsage() {
        Cli.run().refused("a command is needed", "--help");
        Cli.run("trian").refused("trian", "train");
        Cli.run("train", "--data", proteins).refused("--out");
        Cli.run("train", "--data", proteins, "--out", out).refused("--preset");
        train("--data", proteins, "--step", "3").refused("--step", "--steps");
        train("--data", proteins, "--steps", "many").refused("--steps", "many");
        train("--data", proteins, "--steps", "-3").refused("steps must not be negative");
        train("--data", proteins, "--minutes", "0").refused("minutes must be positive; minutes=0.0");
        train("--data", proteins, "--threads", "0").refused("threads must be at least 1; threads=0");
        train("--data", proteins, "--preset", "protein-quickstart").refused("--preset", "--config");
        train("--data", proteins, "--valid-fraction", "1.5").refused("1.5");
        Cli.run("generate", "--model", run, "--length", "3").refused("generate needs a model of task causal-lm");
        Cli.run("fill", "--model", run, "--sequence", "MKV").refused("masked token");
    }

    /** The stack trace comes when asked for, after the line. */
    @Test
    void verboseShowsTheStack() {
        Cli.Result result = Cli.run("info", folder.resolve("missing.zip"), "--verbose");
        assertThat(result.code()).isEqualTo(Main.USAGE);
        assertThat(result.err()).startsWith("performer: ").contains("\tat io.github.performer4j.");
    }

    /** Data that no command can read. */
    private void everywhere(Path data, String... parts) {
        train("--data", data).refused(parts);
        train("--data", proteins, "--valid", data).refused(parts);
        Cli.run("eval", "--model", run, "--data", data).refused(parts);
        Path vectors = folder.resolve("vectors.tsv");
        Cli.run("embed", "--model", run, "--data", data, "--out", vectors).refused(parts);
        assertThat(vectors).doesNotExist();
        Cli.run("data", "describe", data).refused(parts);
        Cli.run("data", "split", data, "--out", out).refused(parts);
    }

    private Cli.Result resume(Object... more) {
        Object[] args = Arrays.copyOf(new Object[] {"train", "--resume", "--out", run}, 4 + more.length);
        System.arraycopy(more, 0, args, 4, more.length);
        return Cli.run(args);
    }

    private Cli.Result train(Object... more) {
        Object[] args = Arrays.copyOf(new Object[] {"train", "--config", config, "--out", out}, 5 + more.length);
        System.arraycopy(more, 0, args, 5, more.length);
        return Cli.run(args);
    }
}
