package io.github.performer4j.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.weights.SafetensorsFile;
import io.github.performer4j.checkpoint.weights.SafetensorsWriter;
import io.github.performer4j.checkpoint.weights.WeightTensor;
import io.github.performer4j.core.program.Snnk;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.token.TokenizerJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What fine-tuning added to a model, in a small file of its own: a safetensors file of the parameters that the model does not have or that are no longer its own (updates of low rank, adapters, gains and biases of norms, a new
 * head), with the net's configuration and the model's description in its header. Model and adapters together are the fine-tuned model, bit for bit; many adapters may go with one model.
 *
 * <p>The tokenizer stays with the model, and so do counts of tokens, which only baselines of an evaluation read: a language model that is put together has none. Adapters go with equal weights, not with equal files: a
 * model that is imported again will do. What the configuration draws by a seed of its own (G and c of {@link Snnk}) is drawn again, and not in the file.
 */
public final class Adapters {
    /** Name of the file in a run folder. */
    public static final String FILE = "adapters.safetensors";

    private static final String BASE = "performer4j.base";
    private static final String CONFIGURATION = "performer4j.configuration";
    private static final String INFO = "performer4j.info";

    /** Most parameters for each number of model and file: G [E,M] and c [M], which are drawn, go with U [M,E]. */
    private static final long DRAWN = 3;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Adapters() {}

    /**
     * Writes what a fine-tuned model has and the model that it began with has not, replacing an earlier file.
     *
     * @param base the model that fine-tuning began with
     * @param tuned the fine-tuned model
     * @param file its folder must exist
     * @return how many numbers are in the file
     * @throws IllegalArgumentException if the net is not in float32
     * @throws IOException if the file cannot be written; the earlier one is untouched
     */
    public static long write(PerformerModel base, PerformerModel tuned, Path file) throws IOException {
        if (tuned.net().params().dataType() != DataType.FLOAT) {
            throw new IllegalArgumentException("adapters are written of a net in float32; type="
                    + tuned.net().params().dataType());
        }
        String configuration =
                MAPPER.readTree(tuned.net().getConfiguration().toJson()).toString();
        Map<String, INDArray> old = new LinkedHashMap<>(base.net().paramTable());
        if (tuned.net().paramTable().keySet().stream().anyMatch(Adapters::drawn)) {
            net(file, configuration, Long.MAX_VALUE).paramTable().forEach((name, array) -> {
                if (drawn(name)) {
                    old.put(name, array);
                }
            });
        }
        Map<String, INDArray> own = new LinkedHashMap<>();
        tuned.net().paramTable().forEach((name, array) -> {
            if (!same(array, old.get(name))) {
                own.put(name, array);
            }
        });
        ObjectNode info = (ObjectNode) MAPPER.readTree(ModelInfoJson.write(tuned.info()));
        info.remove("tokenizer");
        info.remove("counts");
        Map<String, String> metadata =
                Map.of(BASE, WeightDigest.of(base.net()), CONFIGURATION, configuration, INFO, info.toString());
        AtomicFile.write(file, out -> SafetensorsWriter.write(out, own, metadata));
        return own.values().stream().mapToLong(INDArray::length).sum();
    }

    /** Returns whether the net's configuration draws a parameter, {@code layer_parameter}. */
    private static boolean drawn(String name) {
        return Snnk.draws(name.substring(name.lastIndexOf('_') + 1));
    }

    /** Bits, not values near each other. */
    private static boolean same(INDArray a, INDArray b) {
        return b != null
                && a.dataType() == b.dataType()
                && Arrays.equals(a.shape(), b.shape())
                && Arrays.equals(a.dup('c').data().asBytes(), b.dup('c').data().asBytes());
    }

    /**
     * Puts a model and adapters together.
     *
     * @param base the model that fine-tuning began with
     * @param file of adapters
     * @return the fine-tuned model, updates of low rank and adapters beside the weights
     * @throws IOException one line that names the file, if it is no file of adapters or a damaged one, or a weight is not finite
     * @throws IllegalArgumentException if they were trained on other weights
     */
    public static PerformerModel read(PerformerModel base, Path file) throws IOException {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            Map<String, String> metadata = tensors.metadata();
            if (!metadata.keySet().containsAll(List.of(BASE, CONFIGURATION, INFO))) {
                throw new DataFileException(
                        file.toString(), 0, "adapters must say what they go with; found=" + metadata.keySet());
            }
            String weights = WeightDigest.of(base.net());
            if (!metadata.get(BASE).equals(weights)) {
                throw new IllegalArgumentException("adapters go with the weights that they were trained on; adapters="
                        + file + ", trained on=" + metadata.get(BASE) + ", weights=" + weights);
            }
            ModelInfo description = description(metadata.get(INFO), base, file);
            long found =
                    tensors.tensors().stream().mapToLong(WeightTensor::elements).sum()
                            + base.net().numParams();
            ComputationGraph net = net(file, metadata.get(CONFIGURATION), DRAWN * found);
            fill(net, base, tensors, file);
            FiniteWeights.require(net, file);
            return new PerformerModel(net, description);
        }
    }

    private static ModelInfo description(String json, PerformerModel base, Path file) throws IOException {
        if (json.length() > StoredConfiguration.MAX_LENGTH) {
            throw new DataFileException(
                    file.toString(),
                    0,
                    "the model's description must have at most " + StoredConfiguration.MAX_LENGTH
                            + " characters; length=" + json.length());
        }
        JsonNode info;
        try {
            info = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new DataFileException(
                    file.toString(), 0, "the model's description must be JSON; " + e.getOriginalMessage());
        }
        if (!(info instanceof ObjectNode object)) {
            throw new DataFileException(
                    file.toString(), 0, "the model's description must be a JSON object; found=" + info.getNodeType());
        }
        object.set("tokenizer", TokenizerJson.write(base.info().tokenizer()));
        return ModelInfoJson.read(MAPPER.writeValueAsBytes(object), file);
    }

    /** Makes a net, unless its configuration asks for more numbers than there can be. */
    private static ComputationGraph net(Path file, String configuration, long most) throws IOException {
        String where = "file=" + file;
        StoredConfiguration stored = StoredConfiguration.read(configuration, where);
        if (stored.parameters() > most) {
            throw new DataFileException(
                    file.toString(),
                    0,
                    "the configuration must be that of the weights; parameters=" + stored.parameters()
                            + ", numbers in both=" + most / DRAWN);
        }
        try {
            ComputationGraph net = new ComputationGraph(stored.graph());
            net.init();
            return net;
        } catch (RuntimeException e) {
            throw StoredConfiguration.refused(where, e);
        }
    }

    private static void fill(ComputationGraph net, PerformerModel base, SafetensorsFile tensors, Path file)
            throws IOException {
        Map<String, INDArray> old = base.net().paramTable();
        Map<String, INDArray> own = net.paramTable();
        for (WeightTensor tensor : tensors.tensors()) {
            if (!own.containsKey(tensor.name()) || !tensor.type().floating()) {
                throw new DataFileException(
                        file.toString(),
                        0,
                        "adapters must be floating-point numbers of the net's own parameters; found=" + tensor);
            }
        }
        for (Map.Entry<String, INDArray> entry : own.entrySet()) {
            INDArray array = entry.getValue();
            WeightTensor tensor = tensors.tensor(entry.getKey());
            if (tensor != null) {
                if (!tensor.shape().equals(Arrays.stream(array.shape()).boxed().toList())) {
                    throw new DataFileException(
                            file.toString(),
                            0,
                            "adapters must have the net's shapes; found=" + tensor + ", expected="
                                    + Arrays.toString(array.shape()));
                }
                float[] values = tensor.floats(0, Math.toIntExact(array.length()));
                array.assign(Nd4j.createFromArray(values).reshape(array.shape()));
            } else if (old.containsKey(entry.getKey())
                    && Arrays.equals(old.get(entry.getKey()).shape(), array.shape())) {
                array.assign(old.get(entry.getKey()));
            } else if (!drawn(entry.getKey())) {
                throw new DataFileException(
                        file.toString(), 0, "a parameter is in neither file; parameter=" + entry.getKey());
            }
        }
    }
}
