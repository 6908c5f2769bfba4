package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.checkpoint.weights.SafetensorsFile;
import io.github.performer4j.checkpoint.weights.SafetensorsWriter;
import io.github.performer4j.checkpoint.weights.WeightTensor;
import io.github.performer4j.core.net.SnnkAdapters;
import io.github.performer4j.core.program.Snnk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Adapters that are not what {@link Adapters#write} writes are refused by one line that names the file. */
class BadAdaptersTest {
    @TempDir
    Path dir;

    private final PerformerModel base = Samples.masked(3);
    private final Map<String, INDArray> more = new LinkedHashMap<>();
    private Path file;

    @BeforeEach
    void write() throws IOException {
        ComputationGraph net = SnnkAdapters.attach(base.net(), new Snnk(5, 17));
        Samples.train(net, base.info().tokenizer().size(), 0);
        file = dir.resolve(Adapters.FILE);
        Adapters.write(base, new PerformerModel(net, base.info()), file);
    }

    /** Writes the file again, with another text in its header and another number in front of one tensor's. */
    private void change(String key, UnaryOperator<String> text, String tensor, float first) throws IOException {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        Map<String, String> metadata;
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            metadata = new HashMap<>(tensors.metadata());
            for (WeightTensor each : tensors.tensors()) {
                float[] values = each.floats(0, (int) each.elements());
                values[0] = each.name().equals(tensor) ? first : values[0];
                long[] shape = each.shape().stream().mapToLong(Long::longValue).toArray();
                arrays.put(each.name(), Nd4j.createFromArray(values).reshape(shape));
            }
        }
        arrays.putAll(more);
        metadata.computeIfPresent(key, (any, old) -> text.apply(old));
        try (OutputStream out = Files.newOutputStream(file)) {
            SafetensorsWriter.write(out, arrays, metadata);
        }
    }

    private void refused(String... parts) {
        assertThatThrownBy(() -> Adapters.read(base, file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining("\n");
    }

    /** Not left out in silence. */
    @Test
    void whatTheNetDoesNotHaveIsRefused() throws IOException {
        more.put("block-9_Wq.A", Nd4j.ones(2, 3));
        change("", text -> text, "", 0);
        refused("adapters must be floating-point numbers of the net's own parameters; found=block-9_Wq.A F32 [2, 3]");
    }

    /** Before there is memory for what the configuration asks for. */
    @Test
    void sizesMustBeThoseOfTheWeights() throws IOException {
        change("performer4j.configuration", json -> json.replace("\"hidden\":16", "\"hidden\":500000000"), "", 0);
        refused("the configuration must be that of the weights", "parameters=85000", "numbers in both=");
    }

    @Test
    void aConfigurationThatIsNoneIsRefused() throws IOException {
        change("performer4j.configuration", json -> "[".repeat(1 << 20), "", 0);
        refused("the network cannot be restored");
        change("performer4j.configuration", json -> "{\"vertices\":{\"a\":".repeat(1 << 16), "", 0);
        refused("the network cannot be restored");
        change("performer4j.configuration", json -> "{}", "", 0);
        refused("the network cannot be restored");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "", "null", "3", "{", "{\n?", "{}"})
    void aDescriptionThatIsNoneIsRefused(String json) throws IOException {
        change("performer4j.info", old -> json, "", 0);
        refused("description");
    }

    /** Nodes of JSON take up to thirty times its characters. */
    @Test
    void whatIsSaidMustNotBeLong() throws IOException {
        UnaryOperator<String> nodes = old -> "[" + "{},".repeat(3 << 20) + "{}]";
        change("performer4j.configuration", nodes, "", 0);
        refused("a configuration must have at most 8388608 characters");
        change("performer4j.configuration", old -> "{}", "", 0);
        change("performer4j.info", nodes, "", 0);
        refused("the model's description must have at most 8388608 characters");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void weightsMustBeFinite(float value) throws IOException {
        change("", json -> json, "block-0_adapter1.U", value);
        refused("weights must be finite", "parameter=block-0_adapter1.U", "element=0", "value=" + value);
    }
}
