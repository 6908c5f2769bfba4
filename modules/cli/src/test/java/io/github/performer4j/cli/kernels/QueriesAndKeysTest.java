package io.github.performer4j.cli.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.model.AttentionChange;
import io.github.performer4j.core.net.Calibration;
import io.github.performer4j.studies.KernelStudy.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The rows that {@code performer kernels} takes from a model are those that its attention sees. */
class QueriesAndKeysTest {
    @TempDir
    private Path folder;

    /** Calibration takes moments inside the layers: those of the rows must be the same, layer by layer and head by head. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true | true | true | none | 'gate': false",
                "false | false | true | none | 'convolution': 3",
                "true | false | false | none | 'positions': 'rotary'",
                "false | true | false | none | 'gate': false",
                "true | false | true | none | 'queryKeyNorm': 'rms', 'positions': 'rotary-interleaved'",
                "true | true | true | qk | 'convolution': 5"
            })
    void theirMomentsAreThoseOfTheLayers(
            boolean preNorm, boolean temperature, boolean bias, String orthogonal, String more) throws IOException {
        Path data = Cli.fasta(folder.resolve("p.fasta"), 40, 24);
        Path config = Cli.maskedConfig(folder.resolve("c.json"));
        Files.writeString(
                config,
                Files.readString(config)
                        .replace(
                                "\"layers\": 1",
                                "\"layers\": 2, \"norm\": {\"placement\": \"" + (preNorm ? "pre" : "post")
                                        + "\"}, \"bias\": " + bias)
                        .replace(
                                "\"heads\": 2",
                                "\"heads\": 2, \"orthogonal\": \"" + orthogonal + "\", \"temperature\": " + temperature
                                        + ", " + more.replace('\'', '"')));
        Path run = folder.resolve("run");
        Cli.run("train", "--config", config, "--data", data, "--out", run).ok();
        PerformerModel model = Models.load(run);
        int[] ids = model.info().tokenizer().encode("MKTAYIAKQRQISFVK");
        List<Subject> heads = new QueriesAndKeys(model, 3, 1).of(ids);
        assertThat(heads).hasSize(2 * 2);

        ComputationGraph net = AttentionChange.of(
                model.net(), o -> o.withFeatureMap(FeatureMap.named("oprf")).withStatistics(Statistics.FIXED));
        INDArray tokens = Nd4j.createFromArray(new int[][] {ids}).castTo(DataType.FLOAT);
        // the change of features changes what the second layer is given: layers are compared with the rows of the
        // changed net
        ModelInfo info = model.info();
        List<Subject> changed = new QueriesAndKeys(new PerformerModel(net, info), 3, 1).of(ids);
        try (Calibration calibration = Calibration.of(net)) {
            net.output(false, new INDArray[] {tokens}, null, null);
            calibration.apply();
        }
        double scale = Math.pow(4, -0.25);
        for (int layer = 0; layer < 2; layer++) {
            double[][] kept = net.getLayer("block-" + layer)
                    .getParam("statistics")
                    .castTo(DataType.DOUBLE)
                    .toDoubleMatrix();
            for (int head = 0; head < 2; head++) {
                Subject subject = changed.get(2 * layer + head);
                for (int side = 0; side < 2; side++) {
                    Moments own = Moments.of(
                            side == 0
                                    ? subject.head().queries()
                                    : subject.head().keys());
                    Moments inside = Moments.ofSums(kept[head], side * Moments.sumsLength(4), 4, scale);
                    assertThat(own.mean()).containsExactly(inside.mean(), within(1e-5));
                    assertThat(own.second()).containsExactly(inside.second(), within(1e-5));
                }
            }
        }
        assertThat(heads.get(0).head().queries())
                .isDeepEqualTo(changed.get(0).head().queries()); // nothing before the first layer has changed
    }
}
