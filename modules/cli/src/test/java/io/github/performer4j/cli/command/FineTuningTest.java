package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.cli.options.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code performer train --from}: a masked language model of three blocks becomes a classifier. */
class FineTuningTest {
    private static final String PLAIN = "--text-column seq --label-column family --set training.warmupSteps=0"
            + " --set training.schedule=CONSTANT --set training.weightDecay=0 --set training.learningRate=1e-3";

    @TempDir
    static Path shared;

    private static Path table;
    private static Path model;

    @TempDir
    Path folder;

    @BeforeAll
    static void train() throws IOException {
        StringBuilder text = new StringBuilder("seq,family\n");
        for (int i = 0; i < 40; i++) {
            text.append((i % 2 == 0 ? "MKKKAKK" : "MGGGAGG").repeat(2 + i % 3))
                    .append("ACDEFGHIKL".charAt(i % 10))
                    .append(i % 2 == 0 ? ",lys\n" : ",gly\n");
        }
        table = Files.writeString(shared.resolve("table.csv"), text);
        Path proteins = Cli.fasta(shared.resolve("proteins.fasta"), 12, 31);
        Path config = Cli.maskedConfig(shared.resolve("config.json"));
        model = shared.resolve("masked");
        Cli.run(
                        "train",
                        "--config",
                        config,
                        "--set",
                        "model.layers=3",
                        "--data",
                        proteins,
                        "--valid",
                        proteins,
                        "--out",
                        model)
                .ok();
    }

    private Cli.Result tune(Path out, String more) {
        String line = "train --from " + model + " --task classify --data " + table + " --valid " + table + " --out "
                + out + " " + PLAIN + " " + more;
        return Cli.run((Object[]) line.trim().split(" +"));
    }

    private static INDArray parameter(PerformerModel model, String layer, String name) {
        return model.net().getLayer(layer).getParam(name);
    }

    private static double largestStep(PerformerModel before, PerformerModel after, String layer) {
        return after.net().getLayer(layer).paramTable().entrySet().stream()
                .mapToDouble(entry -> entry.getValue()
                        .sub(parameter(before, layer, entry.getKey()))
                        .amaxNumber()
                        .doubleValue())
                .max()
                .orElseThrow();
    }

    /** Adam's first step moves a weight by its rate, so the layers' steps are their rates: d^(L−i) of it in block i, d^(L+1) in the embedding. */
    @Test
    void ratesFallLayerByLayer() throws IOException {
        Path out = folder.resolve("run");
        tune(out, "--steps 1 --set start.layerDecay=0.5").ok();
        PerformerModel before = Models.load(model);
        PerformerModel after = Models.load(out);
        assertThat(after.info().tokenizer().size())
                .isEqualTo(before.info().tokenizer().size());
        assertThat(largestStep(before, after, "final-norm")).isBetween(0.98e-3, 1.02e-3);
        for (int i = 0; i < 3; i++) {
            double rate = 1e-3 * Math.pow(0.5, 3 - i);
            assertThat(largestStep(before, after, "block-" + i))
                    .as("block-%d", i)
                    .isBetween(0.98 * rate, 1.02 * rate);
        }
        assertThat(largestStep(before, after, "embedding")).isBetween(0.98e-3 / 16, 1.02e-3 / 16);
    }

    @ParameterizedTest
    @CsvSource({"auto,0", "none,0", "embedding,1", "2,3", "body,5"})
    void whatIsFrozenStaysBitForBit(String freeze, int parts) throws IOException {
        Path out = folder.resolve("run");
        Cli.Result result = tune(out, "--steps 3 --seed 2 --set start.freeze=" + freeze);
        result.ok();
        PerformerModel before = Models.load(model);
        PerformerModel after = Models.load(out);
        List<String> order = List.of("embedding", "block-0", "block-1", "block-2", "final-norm");
        for (int i = 0; i < order.size(); i++) {
            assertThat(largestStep(before, after, order.get(i)) == 0)
                    .as(order.get(i))
                    .isEqualTo(i < parts);
        }
        assertThat(result.err()).contains("of its parameters are where the run begins; as drawn: ");
        int[] ids = {3, 4, 5, 6, 7};
        if (freeze.equals("body")) { // with the features of the model's own seed
            assertThat(after.embed(ids)).usingComparatorWithPrecision(1e-6f).containsExactly(before.embed(ids));
        }
        assertThat(after.info().window()).isEqualTo(before.info().window());
        Object[] eval = ("eval --text-column seq --label-column family --data " + table + " --model " + out).split(" ");
        Cli.run(eval).ok();
        Path vectors = folder.resolve("vectors.tsv");
        Cli.run("embed", "--model", out, "--data", table, "--text-column", "seq", "--out", vectors)
                .ok();
        Cli.run("export", "--model", out, "--format", "samediff", "--out", folder.resolve("m.fb"))
                .ok();
    }

    @Test
    void theHeadLearnsAloneAtFirst() throws IOException {
        Path out = folder.resolve("run");
        tune(out, "--steps 2 --set start.headSteps=2").ok();
        PerformerModel before = Models.load(model);
        assertThat(largestStep(before, Models.load(out), "block-2")).isZero();
        Path later = folder.resolve("later");
        tune(later, "--steps 3 --set start.headSteps=2").ok();
        assertThat(largestStep(before, Models.load(later), "block-2")).isGreaterThan(1e-4);
    }

    /** Updates of low rank leave the weights and the embedding as they are; a few of all values learn; the model is one like any other, and can be gone on with. */
    @Test
    void updatesOfLowRank() throws IOException {
        Path out = folder.resolve("run");
        Cli.Result result = tune(out, "--steps 3 --set start.rank=2 --set start.weights=Wq,Wv");
        result.ok();
        PerformerModel before = Models.load(model);
        PerformerModel after = Models.load(out);
        for (String name : List.of("Wq", "Wk", "Wv", "Wo", "W1", "W2")) {
            assertThat(parameter(after, "block-1", name)).as(name).isEqualTo(parameter(before, "block-1", name));
        }
        assertThat(parameter(after, "block-1", "Wq.B").amaxNumber().doubleValue())
                .isPositive();
        assertThat(largestStep(before, after, "embedding")).isZero();
        Object[] unmerged = ("train --from " + out + " --text-column seq --label-column family --data " + table
                        + " --steps 1 --out " + folder.resolve("no"))
                .split(" ");
        Cli.run(unmerged).refused("add the model's updates of low rank to its weights first (performer merge)");
        Path merged = folder.resolve("merged.zip");
        assertThat(Cli.run("merge", "--model", out, "--out", merged).ok().out())
                .contains("values of updates added to the weights");
        PerformerModel plain = Models.load(merged);
        assertThat(plain.net().numParams()).isLessThan(after.net().numParams());
        int[] ids = {3, 4, 5, 6, 7};
        float[] expected = after.embed(ids);
        assertThat(plain.embed(ids)).usingComparatorWithPrecision(1e-5f).containsExactly(expected);
        assertThat(before.embed(ids)).usingComparatorWithPrecision(1e-5f).isNotEqualTo(expected);
        Cli.run("merge", "--model", out, "--out", merged).refused("merged.zip", "exists already");
        Cli.run("merge", "--model", model, "--out", folder.resolve("n.zip"))
                .refused("the net must have updates of low rank");
        Path adapters = out.resolve("adapters.safetensors");
        assertThat(result.err()).contains("numbers that learnt").contains("--adapters F puts both together");
        Path together = folder.resolve("together.zip");
        Cli.run("merge", "--model", model, "--adapters", adapters, "--out", together)
                .ok();
        assertThat(Models.load(together).net().params()).isEqualTo(plain.net().params());
        assertThat(Models.load(together).info().task()).isEqualTo(after.info().task());
        Cli.run("merge", "--model", merged, "--adapters", adapters, "--out", folder.resolve("n.zip"))
                .refused("adapters go with the weights that they were trained on");
        Cli.run("merge", "--model", out, "--adapters", adapters, "--out", folder.resolve("n.zip"))
                .refused("which has no updates or adapters of its own");
        Cli.run("merge", "--model", model, "--adapters", folder.resolve("no"), "--out", folder.resolve("n.zip"))
                .refused("there is no such file of adapters");
        Cli.run("merge", "--model", model, "--adapters", table, "--out", folder.resolve("n.zip"))
                .refused("the header");
        Object[] again = ("train --from " + merged + " --text-column seq --label-column family --data " + table
                        + " --valid " + table + " --steps 1 --out " + folder.resolve("again"))
                .split(" ");
        assertThat(Cli.run(again).ok().err()).contains("of its parameters are where the run begins\n");
    }

    /** Adapters leave the weights as they are; what learnt is a small file, which is put together with the model; nothing merges. */
    @Test
    void adaptersOfRandomFeatures() throws IOException {
        Path out = folder.resolve("run");
        Cli.Result result = tune(out, "--steps 3 --set start.adapter=snnk:8");
        result.ok();
        PerformerModel before = Models.load(model);
        PerformerModel after = Models.load(out);
        for (String name : List.of("Wq", "Wk", "Wv", "Wo", "W1", "W2", "b1", "bq")) {
            assertThat(parameter(after, "block-1", name)).as(name).isEqualTo(parameter(before, "block-1", name));
        }
        assertThat(parameter(after, "block-2", "adapter2.U").amaxNumber().doubleValue())
                .isPositive();
        assertThat(largestStep(before, after, "embedding")).isZero();
        assertThat(Cli.run("info", out).ok().out()).containsPattern("adapters +snnk:8");
        Path none = folder.resolve("n.zip");
        Cli.run("merge", "--model", out, "--out", none).refused("adapters of random features are not linear");
        Object[] again = ("train --from " + out + " --text-column seq --label-column family --data " + table
                        + " --steps 1 --out " + folder.resolve("no"))
                .split(" ");
        Cli.run(again).refused("begin with the model that they were trained on");
        Path adapters = out.resolve("adapters.safetensors");
        assertThat(result.err()).contains("numbers that learnt").contains("--adapters F puts both together");
        Path together = folder.resolve("together.zip");
        assertThat(Cli.run("merge", "--model", model, "--adapters", adapters, "--out", together)
                        .ok()
                        .out())
                .contains("adapters put beside the weights");
        assertThat(Models.load(together).net().params()).isEqualTo(after.net().params());
        Object[] predict = ("predict --data " + table + " --text-column seq --model " + together + " --out "
                        + folder.resolve("p.tsv"))
                .split(" ");
        Cli.run(predict).ok();
        Cli.run("export", "--model", out, "--format", "onnx", "--out", folder.resolve("m.onnx"))
                .ok();
        Cli.run("export", "--model", out, "--format", "samediff", "--out", folder.resolve("same.fb"))
                .ok();
        tune(none, "--set start.adapter=snnk:0").refused("start.adapter must be none, or snnk:");
        tune(none, "--set start.adapter=snnk:8 --set start.rank=2").refused("two ways to fine-tune: set one");
        tune(none, "--set start.adapter=snnk:8 --set start.freeze=2").refused("none of them can be frozen");
    }

    /** A run that was stopped goes on as if it had not been, and not from another model. */
    @Test
    void aRunGoesOn() throws IOException {
        String settings = "--set start.layerDecay=0.7 --set start.freeze=1 --set training.checkpointEvery=2";
        Path straight = folder.resolve("straight");
        tune(straight, settings + " --steps 4").ok();
        Path own = folder.resolve("model.zip");
        Files.copy(Models.file(model), own);
        Path parts = folder.resolve("parts");
        String line = "train --from " + own + " --task classify --data " + table + " --valid " + table + " --out "
                + parts + " " + PLAIN + " " + settings;
        Cli.run((Object[]) (line + " --steps 2").split(" +")).ok();
        JsonNode config =
                new ObjectMapper().readTree(parts.resolve("config.json").toFile());
        assertThat(config.at("/start/sha256").asText()).hasSize(64);
        Cli.run("train", "--resume", "--out", parts, "--steps", 4).ok();
        assertThat(last(parts).net().params()).isEqualTo(last(straight).net().params());
        Files.copy(Models.file(straight), own, StandardCopyOption.REPLACE_EXISTING);
        Cli.run("train", "--resume", "--out", parts, "--steps", 6)
                .refused("the model must be the file that the run began with");
    }

    /** Another data set has another format, and other labels, than what the model learnt from. */
    @Test
    void dataAndLabelsAreTheRunsOwn() throws IOException {
        Path proteins = Cli.fasta(folder.resolve("proteins.fasta"), 12, 31);
        Path config = Cli.maskedConfig(folder.resolve("config.json"));
        Path trained = folder.resolve("trained");
        Object[] first = ("train --config " + config + " --set data.kind=protein --data " + proteins + " --valid "
                        + proteins + " --out " + trained)
                .split(" ");
        Cli.run(first).ok();
        Path classes = folder.resolve("classes");
        Object[] second = ("train --from " + trained + " --task classify --data " + table + " --valid " + table
                        + " --out " + classes + " --steps 2 --text-column seq --label-column family")
                .split(" ");
        Cli.run(second).ok();
        Path renamed = Files.writeString(
                folder.resolve("renamed.csv"),
                Files.readString(table).replace("lys", "acid").replace("gly", "base"));
        Path others = folder.resolve("others");
        Object[] third = ("train --from " + classes + " --task classify --data " + renamed + " --valid " + renamed
                        + " --out " + others + " --steps 2 --text-column seq --label-column family")
                .split(" ");
        Cli.run(third).ok();
        assertThat(Cli.run("info", others).ok().out()).contains("acid");
    }

    /** A language model whose head is its table goes on learning, with the table as it is, and continues texts. */
    @Test
    void aTiedHeadGoesOn() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "It was a bright cold day in April. ".repeat(60));
        Path config = Cli.config(folder.resolve("causal.json"), "causal-lm", "character", "packed");
        Path trained = folder.resolve("trained");
        Object[] first = ("train --config " + config + " --set model.head.tied=true --data " + text + " --valid " + text
                        + " --out " + trained)
                .split(" ");
        Cli.run(first).ok();
        Path tuned = folder.resolve("tuned");
        String line = "train --from " + trained + " --data " + text + " --valid " + text + " --steps 2 --out ";
        Cli.run((Object[]) (line + tuned + " --set start.freeze=embedding").split(" "))
                .ok();
        PerformerModel before = Models.load(trained);
        PerformerModel after = Models.load(tuned);
        assertThat(largestStep(before, after, "table")).isZero();
        assertThat(largestStep(before, after, "block-0")).isPositive();
        Cli.run("generate", "--model", tuned, "--length", 3).ok();
        for (String alone : List.of("start.freeze=body", "start.headSteps=1")) {
            Cli.run((Object[]) (line + folder.resolve("no") + " --set " + alone).split(" "))
                    .refused("a head that is the embedding's table cannot learn without it");
        }
        Path classes = folder.resolve("classes");
        Object[] third = ("train --from " + trained + " --task classify --data " + table + " --valid " + table
                        + " --steps 2 --text-column seq --label-column family --out " + classes)
                .split(" ");
        Cli.run(third).ok();
        assertThat(Models.load(classes).info().model().head().tied()).isFalse();
    }

    private static PerformerModel last(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
            return Models.load(files.filter(file -> file.toString().endsWith("4.zip"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--set start.freeze=9 --steps 1 | start.freeze must not exceed the blocks; freeze=9, layers=3",
                "--set start.freeze=all --steps 1 | start.freeze must be auto, none, embedding, body or a number of blocks; freeze=all",
                "--set start.layerDecay=0 --steps 1 | start.layerDecay must be in (0, 1]; layerDecay=0.0",
                "--set start.headSteps=-1 --steps 1 | start.headSteps must not be negative; headSteps=-1",
                "--set start.rank=-1 --steps 1 | start.rank must be from 0 to 4096; rank=-1",
                "--set start.rank=2 --set start.freeze=1 --steps 1 | none of them can be frozen; rank=2, adapter=none, freeze=1",
                "--set start.rank=2 --set start.weights=Wx --steps 1 | missing=[Wx]",
                "--set start.rank=2 --set model.attention.featureMap=sderf --set model.attention.statistics=running --steps 1 | must have them; model.attention.statistics=running, trained=sequence",
                "--set model.layers=2 --steps 1 | must keep what they are for; model.layers=2, trained=3",
                "--set model.attention.heads=4 --steps 1 | must keep what they are for; model.attention.heads=4, trained=2",
                "--set model.embedding.hiddenToken=1 --steps 1 | must keep what they are for; model.embedding.hiddenToken=1, trained=-1",
                "--set start.alpha=4 --steps 1 | start.alpha is of updates of low rank",
                "--set model.width=16 --steps 1 | must have their shapes; embedding.W [",
                "--set model.attention.causal=true --task causal-lm --steps 1 | --task"
            })
    void wrongUsageIsOneLine(String arguments, String message) {
        Path out = folder.resolve("none");
        tune(out, arguments).refused(message);
        assertThat(out).doesNotExist();
    }

    @Test
    void aStartNeedsItsModel() throws IOException {
        Path out = folder.resolve("none");
        Object[] named = ("train --from " + folder.resolve("no.zip") + " --data " + table + " --out " + out).split(" ");
        Cli.run(named).refused("no.zip", "there is no such model file or folder");
        Path config = Cli.maskedConfig(folder.resolve("config.json"));
        Object[] alone =
                ("train --config " + config + " --set start.freeze=body --data " + table + " --out " + out).split(" ");
        Cli.run(alone).refused("is of a trained model: name it (--from, start.model); freeze=body");
        assertThat(out).doesNotExist();
    }
}
