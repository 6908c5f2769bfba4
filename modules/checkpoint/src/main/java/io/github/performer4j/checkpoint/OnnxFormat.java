package io.github.performer4j.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.onnx.OnnxModel;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import onnx.Onnx;

/** An ONNX file, which ONNX Runtime and others run: {@link OnnxModel} says what it takes and gives. Equal models give equal files. */
final class OnnxFormat implements ExportFormat {
    private final boolean streaming;

    /**
     * Makes the format.
     *
     * @param streaming whether a causal model is written with its state, for parts of a text
     */
    OnnxFormat(boolean streaming) {
        this.streaming = streaming;
    }

    @Override
    public String name() {
        return streaming ? "onnx-stream" : "onnx";
    }

    @Override
    public String purpose() {
        return streaming
                ? "ONNX Runtime, a text part by part: past.NAME takes what present.NAME gave"
                : "ONNX Runtime and other programs that read ONNX";
    }

    @Override
    public String loading(String file, String tokenizer) {
        String state = streaming ? """

                Begin with `position` 0 and every `past.NAME` zeros, of no rows where its third dimension may be any size. Each call then takes
                `position` plus the tokens read so far, and as `past.NAME` what `present.NAME` gave before.
                """ : "";
        return String.format(Locale.ROOT, """
                In Java by `com.microsoft.onnxruntime:onnxruntime`, in Python by `onnxruntime`:

                ```java
                OrtSession session = OrtEnvironment.getEnvironment().createSession("%s");
                session.run(Map.of("input_ids", ids, "attention_mask", mask)); // int64 [batch,tokens]
                ```

                Batch and length may be any. The tokenizer is `%s`; the file's metadata has task, model, framing and window.
                Linear attention needs memory in proportion to the length; exact attention to its square.
                """, file, tokenizer) + state;
    }

    /** {@inheritDoc} Sizes are any, but for positions that end. */
    @Override
    public ExportedFile write(PerformerModel model, ExportSettings settings, Path file) throws IOException {
        if (settings.batch() != null || settings.tokens() != null) {
            throw new IllegalArgumentException("an ONNX file is for any sizes: leave them out; batch="
                    + settings.batch() + ", tokens=" + settings.tokens());
        }
        ModelInfo info = model.info();
        if (streaming) {
            requireState(info.model());
        }
        Onnx.ModelProto onnx = OnnxModel.of(
                model.net(),
                info.task(),
                info.model().hiddenVertex(),
                settings.masked(),
                streaming,
                metadata(info),
                ModelFile.BUILD_VERSION);
        AtomicFile.write(file, onnx::writeTo);
        return new ExportedFile(
                ports(onnx.getGraph().getInputList()), ports(onnx.getGraph().getOutputList()));
    }

    private static void requireState(PerformerConfig model) {
        AttentionOptions attention = model.attentionOptions();
        if (!attention.causal()) {
            throw new IllegalArgumentException(
                    "only a causal model has a state: write it as onnx; model.attention.causal=false");
        }
    }

    private static Map<String, String> metadata(ModelInfo info) throws IOException {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("task", new ObjectMapper().writeValueAsString(Tasks.write(info.task())));
        metadata.put("model", info.model().toJson());
        metadata.put("framing", info.data().framing().written());
        metadata.put("window", String.format(Locale.ROOT, "%d", info.window()));
        return metadata;
    }

    private static List<ExportedFile.Port> ports(List<Onnx.ValueInfoProto> values) {
        return values.stream()
                .map(value -> {
                    Onnx.TypeProto.Tensor tensor = value.getType().getTensorType();
                    List<Long> shape = tensor.getShape().getDimList().stream()
                            .map(d -> d.hasDimValue() ? d.getDimValue() : ExportedFile.ANY)
                            .toList();
                    boolean floats = tensor.getElemType() == Onnx.TensorProto.DataType.FLOAT.getNumber();
                    return new ExportedFile.Port(value.getName(), floats ? "float32" : "int64", shape);
                })
                .toList();
    }
}
