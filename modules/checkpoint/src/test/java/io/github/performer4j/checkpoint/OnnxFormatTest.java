package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.imports.ImportSettings;
import io.github.performer4j.checkpoint.imports.ModelImport;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** ONNX Runtime computes from a file what the model computes: other batches and lengths, with padding, whole and part by part. */
class OnnxFormatTest {
    private static final double ERROR = 1e-4;
    private static final int VOCABULARY = new ProteinTokenizer().size();

    @TempDir
    Path dir;

    /** One head near, one that decays, one of another map. */
    private static final String GROUPS =
            "[{\"heads\":1;\"kind\":\"exact\";\"window\":5};{\"heads\":1;\"decay\":\"selective\"};{\"heads\":1;\"featureMap\":\"relu\";\"features\":9}]";

    private static PerformerModel model(boolean causal, String settings) throws IOException {
        PerformerConfig config = PerformerConfig.defaults()
                .withCausal(causal)
                .withVocabulary(VOCABULARY)
                .with("maxTokens", 191)
                .with("width", 12)
                .with("attention.heads", 3)
                .with("layers", 2)
                .with("feedForward.hidden", 20)
                .with("attention.features", 14);
        Map<String, Object> changes = new LinkedHashMap<>();
        for (String setting :
                settings.isBlank() ? new String[0] : settings.trim().split("[ ,]+")) {
            String[] pair = setting.split("=");
            changes.put(pair[0], value(pair[1]));
        }
        Task task = causal ? new CausalLanguageModel() : new MaskedLanguageModel();
        PerformerModel model = Samples.model(
                task, causal ? Framing.PACKED : Framing.BOTH, new ProteinTokenizer(), config.with(changes), 7);
        Random random = new Random(11); // other numbers than those that parameters begin with
        model.net().paramTable().forEach((name, array) -> {
            double size = name.endsWith("statistics") || name.endsWith("projection") ? 0 : 0.3;
            float[] noise = new float[(int) array.length()];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (float) (size * random.nextGaussian());
            }
            array.addi(Nd4j.createFromArray(noise).reshape(array.shape()));
        });
        return model;
    }

    private static Object value(String text) throws IOException {
        if (text.startsWith("[")) {
            return new ObjectMapper().readTree(text.replace(';', ','));
        }
        if (text.matches("-?[0-9]+")) {
            return Integer.valueOf(text);
        }
        if (text.matches("-?[0-9.]+")) {
            return Double.valueOf(text);
        }
        return text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : text;
    }

    private static int[] ids(int length, int salt) {
        int[] ids = new int[length];
        for (int t = 0; t < length; t++) {
            ids[t] = 5 + (t * t + 3 * t + salt) % (VOCABULARY - 5);
        }
        return ids;
    }

    private static INDArray own(PerformerModel model, String vertex, int padded, int[]... rows) {
        PaddedNet net =
                new PaddedNet(NetPool.of(model.net()), model.info().tokenizer().pad(), 0);
        return net.run(vertex, rows, padded, INDArray::dup);
    }

    private static void same(OnnxRuns.Output found, INDArray expected, int[]... rows) {
        assertThat(found.shape()).isEqualTo(expected.shape());
        for (int b = 0; b < rows.length; b++) {
            for (int t = 0; t < rows[b].length; t++) {
                for (int e = 0; e < expected.size(2); e++) {
                    double difference = Math.abs(found.at(b, t, e) - expected.getDouble(b, t, e));
                    assertThat(difference).as("[%d,%d,%d]", b, t, e).isLessThan(ERROR);
                }
            }
        }
    }

    /** Hidden states and, through softmax, logits. */
    private void check(PerformerModel model, OnnxRuns onnx, int padded, int[]... rows) throws OrtException {
        Map<String, OnnxRuns.Output> found = onnx.run(padded, rows);
        same(found.get("last_hidden_state"), own(model, model.info().model().hiddenVertex(), padded, rows), rows);
        INDArray probabilities = own(model, HeadPlace.OUTPUT, padded, rows);
        OnnxRuns.Output logits = found.get("logits");
        float[] softmax = new float[logits.values().length];
        for (int from = 0; from < softmax.length; from += VOCABULARY) {
            double sum = 0;
            for (int v = 0; v < VOCABULARY; v++) {
                sum += Math.exp(logits.values()[from + v]);
            }
            for (int v = 0; v < VOCABULARY; v++) {
                softmax[from + v] = (float) (Math.exp(logits.values()[from + v]) / sum);
            }
        }
        same(new OnnxRuns.Output(logits.shape(), softmax), probabilities, rows);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attention.kind=exact",
                "attention.kind=exact attention.decay=alibi",
                "reversible=true layers=3 exactEvery=2 attention.featureMap=positive",
                "attention.kind=exact attention.headSize=6",
                "attention.kind=exact attention.positions=buckets",
                "attention.kind=exact attention.positions=toeplitz",
                "attention.kind=exact attention.window=9 attention.positions=rotary",
                "attention.kind=exact attention.positions=fourier embedding.positions=none",
                "attention.featureMap=positive attention.positions=fourier attention.grid=cls+9x13",
                "attention.featureMap=hyperbolic attention.positions=fourier attention.grid=4x5x7 attention.decay=fixed",
                "attention.localHeads=1 attention.window=5 attention.decay=fixed attention.gate=true",
                "attention.kind=exact attention.window=4 attention.globalTokens=6",
                "attention.featureMap=positive head.tied=true",
                "attention.featureMap=hyperbolic attention.temperature=true head.transform=gelu",
                "attention.featureMap=trigonometric attention.scale=0.05",
                "attention.featureMap=relu attention.learnedProjection=true",
                "attention.featureMap=elu-plus-one",
                "attention.featureMap=exp",
                "attention.featureMap=softplus",
                "attention.featureMap=sigmoid",
                "attention.featureMap=squared-relu",
                "attention.featureMap=gerf:-0.1",
                "attention.featureMap=oprf",
                "attention.featureMap=saderf",
                "attention.featureMap=sderf",
                "attention.featureMap=relu attention.decay=selective attention.gate=true",
                "attention.decay=fixed attention.convolution=5",
                "attention.featureMap=positive attention.decay=selective",
                "attention.featureMap=trigonometric attention.scale=0.05 attention.decay=fixed",
                "exactEvery=2 embedding.positions=sinusoidal norm.kind=rms feedForward.kind=swiglu",
                "local.globalEvery=2 local.window=9 attention.positions=rotary local.rotaryBase=50 norm.kind=layer-gain norm.first=false branchScale=0.7",
                "norm.placement=post embedding.norm=true feedForward.kind=gelu-tanh embedding.positions=none",
                "embedding.positions=axial embedding.rowLength=17 norm.kind=scale",
                "norm.placement=rezero",
                "embedding.hiddenToken=8 embedding.norm=true",
                "embedding.textSeparator=8",
                "attention.positions=rotary-interleaved attention.rotaryFraction=0.5 attention.keyHeads=1",
                "attention.queryKeyNorm=layer attention.scale=0.7 bias=false",
                "attention.queryKeyNorm=width-rms attention.orthogonal=qk",
                "attention.gate=true attention.groups=" + GROUPS,
                "attention.groups=[{\"heads\":2;\"kind\":\"exact\";\"window\":5;\"windowBehind\":2};{\"heads\":1;\"featureMap\":\"oprf\"}]"
            })
    void bothSides(String settings) throws IOException, OrtException {
        PerformerModel model = model(false, settings);
        Path file = dir.resolve("m.onnx");
        ExportFormats.named("onnx").write(model, ExportSettings.defaults(), file);
        try (OnnxRuns onnx = new OnnxRuns(file)) {
            check(model, onnx, 17, ids(17, 1), ids(5, 2));
            check(model, onnx, 1, ids(1, 3));
            check(model, onnx, 191, ids(191, 4), ids(130, 5), ids(2, 6));
        }
    }

    /** Encoders with T5's buckets, scales and norms, small ones whose numbers its authors' program made ({@code GoldenImportTest}). */
    @ParameterizedTest
    @ValueSource(strings = {"t5", "t5-gated"})
    void importedEncodersOfT5(String name) throws IOException, OrtException {
        Path folder = Path.of("src/test/resources/golden/imports", name);
        PerformerModel model = ModelImport.read(
                        HuggingFaceFolder.find(folder, null, null), ImportSettings.defaults(), Provenance.unknown())
                .model();
        Path file = dir.resolve("t5.onnx");
        ExportFormats.named("onnx").write(model, ExportSettings.defaults(), file);
        int[] first = {5, 3, 8, 12, 4, 6, 9, 3, 7, 11, 10, 5, 2};
        int[] second = {7, 7, 3, 2};
        try (OnnxRuns onnx = new OnnxRuns(file)) {
            OnnxRuns.Output found = onnx.run(13, first, second).get("last_hidden_state");
            same(found, own(model, model.info().model().hiddenVertex(), 13, first, second), first, second);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attention.kind=exact",
                "attention.kind=exact attention.decay=alibi",
                "attention.kind=exact attention.window=9 attention.decay=fixed",
                "attention.kind=exact attention.window=9",
                "attention.kind=exact attention.positions=buckets",
                "attention.kind=exact attention.positions=fourier attention.grid=3x7",
                "attention.featureMap=positive attention.positions=fourier attention.decay=selective",
                "attention.featureMap=hyperbolic attention.positions=fourier attention.grid=cls+10x20",
                "attention.kind=exact attention.positions=toeplitz attention.window=40",
                "attention.localHeads=1 attention.window=5 attention.decay=selective",
                "attention.featureMap=positive head.tied=true",
                "attention.featureMap=hyperbolic attention.positions=rotary",
                "attention.featureMap=trigonometric attention.scale=0.05",
                "attention.featureMap=relu attention.decay=selective attention.convolution=4 attention.gate=true",
                "attention.featureMap=positive attention.decay=selective",
                "attention.featureMap=relu embedding.positions=sinusoidal",
                "attention.featureMap=sderf attention.statistics=running",
                "exactEvery=2 attention.window=6 attention.keyHeads=1 attention.convolution=3",
                "attention.groups=" + GROUPS
            })
    void causalWholeAndPartByPart(String settings) throws IOException, OrtException {
        PerformerModel model = model(true, settings);
        Path file = dir.resolve("m.onnx");
        ExportFormats.named("onnx").write(model, ExportSettings.defaults(), file);
        int[] first = ids(139, 4);
        int[] second = ids(71, 5);
        try (OnnxRuns onnx = new OnnxRuns(file)) {
            check(model, onnx, 1, ids(1, 3));
            check(model, onnx, 64, ids(64, 3), ids(63, 8));
            check(model, onnx, 139, first, second);
        }
        ExportFormats.named("onnx-stream").write(model, ExportSettings.defaults(), file);
        INDArray whole = own(model, model.info().model().hiddenVertex(), 139, first, ids(139, 5));
        try (OnnxRuns onnx = new OnnxRuns(file)) {
            int from = 0;
            for (int length : new int[] {67, 1, 1, 5, 1, 64}) { // a prompt, then token by token and in parts
                int[] a = Arrays.copyOfRange(first, from, from + length);
                int[] b = Arrays.copyOfRange(ids(139, 5), from, from + length);
                OnnxRuns.Output found = onnx.run(length, a, b).get("last_hidden_state");
                for (int t = 0; t < length; t++) {
                    for (int e = 0; e < 12; e++) {
                        assertThat((double) Math.abs(found.at(0, t, e) - whole.getFloat(0, from + t, e)))
                                .isLessThan(ERROR);
                        assertThat((double) Math.abs(found.at(1, t, e) - whole.getFloat(1, from + t, e)))
                                .isLessThan(ERROR);
                    }
                }
                from += length;
            }
        }
    }

    /** The first tokens are seen from everywhere behind them; a state does not keep them. */
    @Test
    void causalGlobalTokens() throws IOException, OrtException {
        PerformerModel model = model(true, "attention.kind=exact attention.window=4 attention.globalTokens=3");
        Path file = dir.resolve("m.onnx");
        ExportFormats.named("onnx").write(model, ExportSettings.defaults(), file);
        try (OnnxRuns onnx = new OnnxRuns(file)) {
            check(model, onnx, 97, ids(97, 4), ids(31, 5));
        }
        assertThatThrownBy(() -> ExportFormats.named("onnx-stream").write(model, ExportSettings.defaults(), file))
                .hasMessageContaining("its global tokens are not among the last ones");
    }

    @ParameterizedTest
    @CsvSource({
        "false,attention.kind=exact",
        "false,attention.featureMap=sderf",
        "false,attention.featureMap=positive attention.decay=selective attention.convolution=3",
        "true,attention.featureMap=positive attention.convolution=3",
        "true,attention.kind=exact attention.window=5"
    })
    void withoutAMask(boolean causal, String settings) throws IOException, OrtException {
        PerformerModel model = model(causal, settings);
        Path file = dir.resolve("m.onnx");
        ExportedFile told = ExportFormats.named("onnx").write(model, new ExportSettings(null, null, false), file);
        assertThat(told.inputs()).asString().isEqualTo("[input_ids int64 [*,*]]");
        try (OnnxRuns onnx = new OnnxRuns(file)) {
            check(model, onnx, 97, ids(97, 4), ids(97, 5));
        }
        if (causal) {
            ExportFormats.named("onnx-stream").write(model, new ExportSettings(null, null, false), file);
            INDArray whole = own(model, model.info().model().hiddenVertex(), 70, ids(70, 3));
            try (OnnxRuns onnx = new OnnxRuns(file)) {
                onnx.run(69, Arrays.copyOf(ids(70, 3), 69));
                OnnxRuns.Output last = onnx.run(1, new int[] {ids(70, 3)[69]}).get("last_hidden_state");
                for (int e = 0; e < 12; e++) {
                    assertThat((double) Math.abs(last.at(0, 0, e) - whole.getFloat(0, 69, e)))
                            .isLessThan(ERROR);
                }
            }
        }
    }

    @Test
    void equalModelsGiveEqualFiles() throws IOException {
        Path first = dir.resolve("first.onnx");
        Path second = dir.resolve("second.onnx");
        ExportFormats.named("onnx").write(model(true, ""), ExportSettings.defaults(), first);
        ExportFormats.named("onnx").write(model(true, ""), ExportSettings.defaults(), second);
        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void whatCannotBeHeldIsRefusedByName() {
        ExportFormat onnx = ExportFormats.named("onnx");
        Path file = dir.resolve("m.onnx");
        assertThatThrownBy(
                        () -> onnx.write(model(false, "attention.featureMap=aderf"), ExportSettings.defaults(), file))
                .hasMessageContaining("performer calibrate; layer=block-0, featureMap=");
        assertThatThrownBy(() -> onnx.write(
                        model(false, "attention.featureMap=hybrid attention.features=32"),
                        ExportSettings.defaults(),
                        file))
                .hasMessageContaining("an ONNX file cannot hold this feature map; layer=block-0, featureMap=Hybrid");
        for (String positions : new String[] {"buckets", "toeplitz"}) {
            assertThatThrownBy(() -> onnx.write(
                            model(false, "attention.featureMap=positive attention.positions=" + positions),
                            ExportSettings.defaults(),
                            file))
                    .hasMessageContaining("cannot hold relative positions of linear attention; layer=block-0");
        }
        for (String format : new String[] {"onnx", "onnx-stream"}) {
            assertThatThrownBy(() -> ExportFormats.named(format)
                            .write(
                                    model(true, "attention.featureMap=positive attention.prefix=3"),
                                    ExportSettings.defaults(),
                                    file))
                    .hasMessageContaining("with an exact prefix; layer=block-0, prefix=3");
        }
        assertThatThrownBy(() -> onnx.write(model(false, "tokenShift=true"), ExportSettings.defaults(), file))
                .hasMessageContaining("cannot hold token shift; layer=block-0");
        assertThatThrownBy(() -> onnx.write(model(false, "attention.kind=auto"), ExportSettings.defaults(), file))
                .hasMessageContaining("layer=block-0, kind=auto");
        assertThatThrownBy(() -> onnx.write(model(false, ""), new ExportSettings(2, null, true), file))
                .hasMessage("an ONNX file is for any sizes: leave them out; batch=2, tokens=null");
        assertThatThrownBy(() ->
                        ExportFormats.named("onnx-stream").write(model(false, ""), ExportSettings.defaults(), file))
                .hasMessageContaining("model.attention.causal=false");
        assertThat(file).doesNotExist();
    }
}
