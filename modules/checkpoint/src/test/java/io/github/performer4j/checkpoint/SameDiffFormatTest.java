package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.export.SameDiffInput;
import io.github.performer4j.core.model.AttentionChange;
import io.github.performer4j.core.model.PerformerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A saved model's SameDiff file: it is written whole or not at all, and gives what the model gives. */
class SameDiffFormatTest {
    @TempDir
    Path folder;

    /** The hidden states of the graph are those that embedTokens returns, start and end tokens aside. */
    @Test
    void fileGivesWhatTheModelGives() throws IOException {
        PerformerModel model = Samples.masked(3);
        for (int step = 0; step < 3; step++) {
            Samples.train(model.net(), model.info().tokenizer().size(), step);
        }
        Path file = folder.resolve("model.fb");
        model.saveSameDiff(file, new SameDiffInput(2, 13, true));
        int[] sequence = model.read("MKTAYIAK").ids();
        int[] framed = ModelRows.of(model.info()).framed(sequence);
        INDArray ids = Nd4j.zeros(DataType.INT32, 2, 13);
        INDArray mask = Nd4j.zeros(DataType.FLOAT, 2, 13);
        for (int t = 0; t < framed.length; t++) {
            ids.putScalar(1, t, framed[t]);
            mask.putScalar(1, t, 1);
        }
        INDArray hidden = SameDiff.load(file.toFile(), false)
                .outputSingle(
                        Map.of("ids", ids, "mask", mask), model.info().model().hiddenVertex());
        float[][] expected = model.embedTokens(sequence);
        for (int t = 0; t < expected.length; t++) {
            for (int e = 0; e < expected[t].length; e++) {
                assertThat(hidden.getDouble(1, t + 1, e)).isCloseTo(expected[t][e], within(3e-5));
            }
        }
    }

    @Test
    void equalModelsGiveEqualFilesAndTellWhatTheyTake() throws IOException {
        Path first = folder.resolve("first.fb");
        Path second = folder.resolve("second.fb");
        ExportFormat format = ExportFormats.named("SameDiff");
        ExportedFile told = format.write(Samples.causal(5), ExportSettings.defaults(), first);
        format.write(Samples.causal(5), new ExportSettings(1, 13, true), second);
        assertThat(second).hasSameBinaryContentAs(first);
        assertThat(told.inputs()).asString().isEqualTo("[ids int32 [1,13], mask float32 [1,13]]");
        assertThat(told.outputs()).asString().isEqualTo("[head float32 [1,13,10]]");
        ExportedFile whole = format.write(Samples.causal(5), new ExportSettings(3, 7, false), second);
        assertThat(whole.inputs()).asString().isEqualTo("[ids int32 [3,7]]");
    }

    @Test
    void whatIsRefusedLeavesTheEarlierFile() throws IOException {
        PerformerModel model = Samples.masked(3);
        PerformerConfig config = model.info().model().with("attention.featureMap", "oprf");
        ComputationGraph net = AttentionChange.of(model.net(), config);
        PerformerModel fitted = new PerformerModel(net, model.info().withModel(config));
        Path file = Files.writeString(folder.resolve("model.fb"), "earlier");
        assertThatThrownBy(() -> fitted.saveSameDiff(file, new SameDiffInput(1, 13, true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("layer=block-0, featureMap=");
        assertThatThrownBy(() -> model.saveSameDiff(file, new SameDiffInput(1, 14, true)))
                .hasMessageContaining("tokens=13, length=14");
        assertThat(file).hasContent("earlier");
        assertThat(folder.toFile().list()).hasSize(1);
        Path nowhere = folder.resolve("no").resolve("model.fb");
        assertThatThrownBy(() -> model.saveSameDiff(nowhere, new SameDiffInput(1, 13, true)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("file=" + nowhere);
        SameDiff sd = SameDiff.create();
        sd.var("w", Nd4j.zeros(DataType.FLOAT, 3, 5));
        sd.constant("c", Nd4j.zeros(DataType.DOUBLE, 7));
        SameDiffFormat.requireRoom(sd, new SameDiffInput(2, 13, true), 116);
        assertThatThrownBy(() -> SameDiffFormat.requireRoom(sd, new SameDiffInput(2, 13, true), 115))
                .hasMessageContaining("bytes=116, batch=2, tokens=13");
        assertThatThrownBy(() -> ExportFormats.named("pickle"))
                .hasMessage(
                        "unknown format; format=pickle, known=zip, samediff, safetensors, onnx, onnx-stream, huggingface");
    }
}
