package io.github.performer4j.checkpoint;

import io.github.performer4j.checkpoint.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights alone, for programs that build the model themselves: all parameters in the order of the net under the names {@code layer.parameter}, as {@code block-0.Wq} [in,out]. Equal models give
 * equal files.
 */
final class SafetensorsFormat implements ExportFormat {
    @Override
    public String name() {
        return "safetensors";
    }

    @Override
    public String purpose() {
        return "programs that build the model themselves, such as Python's safetensors.numpy.load_file";
    }

    @Override
    public String loading(String file, String tokenizer) {
        return String.format(Locale.ROOT, """
                ```python
                from safetensors.numpy import load_file
                weights = load_file("%s")  # names are layer.parameter, as block-0.Wq [in,out]
                ```

                The tokenizer is `%s`.
                """, file, tokenizer);
    }

    /** {@inheritDoc} There are no inputs; the outputs are the tensors. */
    @Override
    public ExportedFile write(PerformerModel model, ExportSettings settings, Path file) throws IOException {
        if (!settings.equals(ExportSettings.defaults())) {
            throw new IllegalArgumentException("a file of weights is for any sizes: leave them out; batch="
                    + settings.batch() + ", tokens=" + settings.tokens() + ", masked=" + settings.masked());
        }
        Map<String, INDArray> tensors = tensors(model.net());
        AtomicFile.write(file, out -> SafetensorsWriter.write(out, tensors));
        return written(tensors);
    }

    /** Returns all parameters in the order of the net, as {@code layer.parameter}. */
    static Map<String, INDArray> tensors(ComputationGraph net) {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        for (Layer layer : net.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            layer.paramTable().forEach((parameter, array) -> tensors.put(name + "." + parameter, array));
        }
        return tensors;
    }

    /** Returns what a file of tensors has. */
    static ExportedFile written(Map<String, INDArray> tensors) {
        return new ExportedFile(
                List.of(),
                tensors.entrySet().stream()
                        .map(e -> ExportedFile.Port.of(
                                e.getKey(),
                                e.getValue().dataType(),
                                Arrays.stream(e.getValue().shape()).boxed().toList()))
                        .toList());
    }
}
