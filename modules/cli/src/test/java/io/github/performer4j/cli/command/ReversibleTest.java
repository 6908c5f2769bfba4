package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.core.layer.ReversibleBlocksLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code model.reversible} goes with every command that does not go block by block, and those refuse it in one line. */
class ReversibleTest {
    @TempDir
    static Path shared;

    private static Path proteins;
    private static Path table;
    private static Path masked;
    private static Path causal;

    @TempDir
    Path folder;

    private static Cli.Result run(String line) {
        return Cli.run((Object[]) line.trim().split(" +"));
    }

    @BeforeAll
    static void train() throws IOException {
        StringBuilder text = new StringBuilder("seq,family\n");
        for (int i = 0; i < 40; i++) {
            text.append((i % 2 == 0 ? "MKKKAKK" : "MGGGAGG").repeat(2 + i % 3))
                    .append("ACDEFGHIKL".charAt(i % 10))
                    .append(i % 2 == 0 ? ",lys\n" : ",gly\n");
        }
        table = Files.writeString(shared.resolve("table.csv"), text);
        proteins = Cli.fasta(shared.resolve("proteins.fasta"), 12, 31);
        masked = train("masked", Cli.maskedConfig(shared.resolve("masked.json")), "");
        causal = train(
                "causal",
                Cli.config(shared.resolve("causal.json"), "causal-lm", "protein", "packed"),
                "--set training.chunk=8");
    }

    private static Path train(String name, Path config, String more) {
        Path out = shared.resolve(name);
        run("train --config " + config + " --set model.layers=3 --set model.reversible=true --data " + proteins
                        + " --valid " + proteins + " --out " + out + " --steps 4 " + more)
                .ok();
        return out;
    }

    @Test
    void modelsAreOneLayerOfBlocks() throws IOException {
        PerformerModel model = Models.load(masked);
        ReversibleBlocksLayer layer =
                (ReversibleBlocksLayer) model.net().getLayer("blocks").conf().getLayer();
        assertThat(layer.getBlocks()).hasSize(3);
        run("eval --model " + masked + " --data " + proteins).ok();
        run("fill --model " + masked + " --sequence MK_L --order left").ok();
        String filled = run("fill --model " + masked + " --sequence MK_L_ --allowed WC;* --order random")
                .ok()
                .out();
        assertThat(filled).containsPattern("MK[WC]L[A-Z]");
        run("fill --model " + masked + " --sequence MK_L_ --allowed WC")
                .refused("there must be a set for each masked token; sets=1, masked=2");
        run("explain --model " + masked + " --data " + proteins + " --out " + folder.resolve("e.tsv"))
                .ok();
        run("embed --model " + masked + " --data " + proteins + " --out " + folder.resolve("v.tsv"))
                .ok();
        run("calibrate --model " + masked + " --data " + proteins + " --map saderf --out " + folder.resolve("s.zip"))
                .ok();
        run("generate --model " + causal + " --prompt MK --length 5").ok();
        run("train --resume --out " + masked + " --steps 6 --set training.recompute=true")
                .ok();
    }

    @ParameterizedTest
    @CsvSource({"samediff", "onnx"})
    void exportsHaveTheProgram(String format) {
        for (Path model : new Path[] {masked, causal}) {
            run("export --model " + model + " --format " + format + " --out "
                            + folder.resolve(format + model.getFileName()))
                    .ok();
        }
    }

    private Cli.Result tune(String more) {
        return run("train --from " + masked + " --task classify --text-column seq --label-column family --data " + table
                + " --valid " + table + " --out " + folder.resolve("tuned") + " --steps 2 " + more);
    }

    @ParameterizedTest
    @CsvSource({"none,false", "embedding,false", "3,true", "body,true"})
    void blocksAreFrozenTogether(String freeze, boolean frozen) throws IOException {
        tune("--set start.freeze=" + freeze + " --set start.headSteps=1 --set training.warmupSteps=0")
                .ok();
        PerformerModel before = Models.load(masked);
        PerformerModel after = Models.load(folder.resolve("tuned"));
        assertThat(after.net()
                        .getLayer("blocks")
                        .params()
                        .equals(before.net().getLayer("blocks").params()))
                .isEqualTo(frozen);
    }

    @ParameterizedTest
    @CsvSource({"start.freeze=1", "start.layerDecay=0.5", "start.rank=2", "start.adapter=snnk:2"})
    void singleBlocksAreNot(String setting) {
        tune("--set " + setting).refused("reversible blocks are one layer: they have no updates of low rank");
        assertThat(folder.resolve("tuned")).doesNotExist();
    }

    /** Queries and keys are those that the kernels see, of each block of the one layer. */
    @Test
    void whatFeaturesDoToEachBlockIsMeasured() {
        String out = run("kernels --model " + masked + " --data " + proteins + " --maps positive --no-times")
                .ok()
                .out();
        assertThat(out.substring(out.indexOf("block by block"))
                        .lines()
                        .filter(line -> line.matches(" +\\d+ .*(exact|linear) .*")))
                .hasSize(3);
    }

    @Test
    void whatGoesBlockByBlockIsRefused() {
        tune("--set model.reversible=false")
                .refused("must keep what they are for; model.reversible=false, trained=true");
        run("convert --model " + masked + " --data " + proteins + " --attention relu --out " + folder.resolve("c.zip"))
                .refused("reversible blocks are one layer; model.reversible=true");
        run("export --model " + masked + " --format huggingface --out " + folder.resolve("hf"))
                .refused("");
        run("train --config " + shared.resolve("masked.json")
                        + " --set model.reversible=true --set model.norm.placement=post" + " --data " + proteins
                        + " --valid " + proteins + " --out " + folder.resolve("post"))
                .refused("reversible blocks need norms in front of their branches");
    }
}
