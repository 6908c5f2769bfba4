package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.cli.options.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code model.attention.prefix} from training to generation; what does not know it refuses it in one line. */
class PrefixTest {
    private static final String SMALL =
            " --set model.layers=1 --set model.width=8 --set model.attention.heads=2 --set model.attention.features=8 --set model.feedForward.hidden=16"
                    + " --set model.maxTokens=32 --set data.maxTokens=32 --set data.tokensPerBatch=128 --steps 2 ";
    private static final String PREFIX =
            "--set model.attention.prefix=16 --set model.attention.featureMap=positive --set model.attention.decay=none ";

    @TempDir
    static Path shared;

    private static Path text;
    private static Path model;

    private static Cli.Result run(String line) {
        return Cli.run((Object[]) line.trim().split(" +"));
    }

    private static Cli.Result train(Path out, String more) {
        return run(
                "train --preset text-character --data " + text + " --valid " + text + " --out " + out + SMALL + more);
    }

    @BeforeAll
    static void train() throws IOException {
        text = Files.writeString(shared.resolve("text.txt"), "all that the first words say is seen.\n".repeat(40));
        model = shared.resolve("model");
        train(model, PREFIX).ok();
    }

    @Test
    void aModelWithAPrefixIsUsed() throws IOException {
        PerformerModel loaded = Models.load(model);
        assertThat(loaded.info().model().attention().prefix()).isEqualTo(16);
        assertThat(loaded.info().model().attentionOptions().prefix()).isEqualTo(16);
        run("eval --model " + model + " --data " + text).ok();
        run("generate --model " + model + " --prompt all --length 40").ok();
        run("export --model " + model + " --format samediff --out " + shared.resolve("m.sdz"))
                .ok();
        run("explain --model " + model + " --data " + text + " --out " + shared.resolve("e.tsv"))
                .ok();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--set model.attention.prefix=-1 --set model.attention.decay=none | prefix must not be negative",
                "--set model.attention.prefix=16 --set model.attention.featureMap=relu --set model.attention.decay=none | an exact prefix shares its normaliser with linear attention whose map",
                "--set model.attention.prefix=16 --set model.attention.kind=exact --set model.attention.decay=none | an exact prefix shares its normaliser with linear attention whose map",
                "--set model.attention.prefix=16 --set model.attention.featureMap=positive --set model.attention.decay=fixed | an exact prefix goes with no decay",
                "--set model.attention.prefix=16 --set model.attention.featureMap=positive --set model.attention.positions=buckets --set model.attention.decay=none | an exact prefix goes with no decay",
                "--set model.attention.prefix=16 --set model.attention.featureMap=positive --set model.attention.decay=none --set model.attention.localHeads=1 --set model.attention.window=4 | an exact prefix goes with no decay"
            })
    void whatItDoesNotGoWithIsRefused(String more, String line) {
        Path out = shared.resolve("refused");
        train(out, more).refused(line);
    }

    @Test
    void chunksOfSequencesAreRefused() {
        Cli.Result result = train(shared.resolve("chunks"), PREFIX + "--set training.chunk=8");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err())
                .contains("layer=block-0, because its exact prefix needs the first keys themselves")
                .doesNotContain("\tat ");
    }

    @Test
    void onnxFilesDoNotHoldIt() {
        for (String format : new String[] {"onnx", "onnx-stream"}) {
            run("export --model " + model + " --format " + format + " --out " + shared.resolve("m.onnx"))
                    .refused("with an exact prefix; layer=block-0, prefix=16");
        }
    }
}
