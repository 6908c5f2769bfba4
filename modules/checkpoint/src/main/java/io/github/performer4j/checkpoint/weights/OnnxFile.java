package io.github.performer4j.checkpoint.weights;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The initialisers of an ONNX file, under the names that they have in PyTorch.
 *
 * <p>Exporters turn the weights of dense layers round, [out,in] to [in,out], and rename them ({@code onnx::MatMul_885}); the product's node still bears the module's name ({@code
 * /encoder/layer.0/output/dense/MatMul}). Such a weight is found here as {@code encoder.layer.0.output.dense.weight}, [out,in] again. Files with quantised weights, or weights in further
 * files, are refused.
 */
public final class OnnxFile implements Weights {
    private static final String PRODUCT = "MatMul";
    private static final String ANONYMOUS = "onnx::";

    private final Path path;
    private final Map<String, WeightTensor> tensors;

    private OnnxFile(Path path, Map<String, WeightTensor> tensors) {
        this.path = path;
        this.tensors = tensors;
    }

    /**
     * Opens a file.
     *
     * @throws IOException one line that names the file and the rule that it breaks
     */
    public static OnnxFile open(Path path) throws IOException {
        try (MappedFile file = new MappedFile(path)) {
            if (file.size() > Integer.MAX_VALUE || file.size() == 0) {
                throw new DataFileException(
                        path.toString(), 0, "an ONNX file must have 1 to 2^31 - 1 bytes; bytes=" + file.size());
            }
            ByteBuffer whole = file.whole(); // stays mapped when the file is closed
            OnnxGraph graph = OnnxGraph.read(path.toString(), whole);
            return new OnnxFile(path, named(path.toString(), graph, whole));
        }
    }

    private static Map<String, WeightTensor> named(String path, OnnxGraph graph, ByteBuffer whole)
            throws DataFileException {
        TensorBytes source =
                (offset, length) -> whole.slice((int) offset, length).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, WeightTensor> own = new LinkedHashMap<>();
        for (Initializer initializer : graph.initializers()) {
            WeightTensor tensor = initializer.tensor(path, source);
            if (own.put(tensor.name(), tensor) != null) {
                throw new DataFileException(
                        path, 0, "each initialiser must have a name of its own; tensor=" + tensor.name());
            }
        }
        Map<String, WeightTensor> found = new LinkedHashMap<>();
        Map<String, List<String>> modules = modules(graph, own);
        own.forEach((name, tensor) -> {
            List<String> weights = modules.getOrDefault(name, List.of());
            if (weights.isEmpty()) {
                found.put(name, tensor);
            }
            for (String weight : weights) {
                found.put(
                        weight,
                        new WeightTensor(
                                weight,
                                tensor.type(),
                                List.of(tensor.shape().get(1), tensor.shape().get(0)),
                                true,
                                tensor.source(),
                                tensor.offset()));
            }
        });
        return found;
    }

    /** Returns the names that anonymous matrices have by the products that read them. */
    private static Map<String, List<String>> modules(OnnxGraph graph, Map<String, WeightTensor> own) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>(own.keySet());
        for (OnnxGraph.Node node : graph.nodes()) {
            WeightTensor tensor = own.get(node.second());
            boolean anonymous = node.operation().equals(PRODUCT)
                    && tensor != null
                    && tensor.name().startsWith(ANONYMOUS)
                    && tensor.shape().size() == 2;
            if (anonymous && node.name().startsWith("/") && node.name().endsWith("/" + PRODUCT)) {
                String module = node.name().substring(1, Math.max(1, node.name().length() - PRODUCT.length() - 1));
                String weight = module.replace('/', '.') + ".weight";
                if (taken.add(weight)) {
                    names.computeIfAbsent(tensor.name(), name -> new ArrayList<>())
                            .add(weight);
                }
            }
        }
        return names;
    }

    @Override
    public List<WeightTensor> tensors() {
        return List.copyOf(tensors.values());
    }

    @Override
    public WeightTensor tensor(String name) {
        return tensors.get(name);
    }

    @Override
    public String origin() {
        return path.toString();
    }

    /** Does nothing: a mapping lasts until nobody reads it. */
    @Override
    public void close() {}
}
