package io.github.performer4j.checkpoint;

import io.github.performer4j.core.export.SameDiffExport;
import io.github.performer4j.core.export.SameDiffInput;
import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.core.task.Similarity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;

/** The file of a SameDiff graph: {@link SameDiffExport} says what is in it. Equal models give equal files. */
final class SameDiffFormat implements ExportFormat {
    /** ND4J's writer doubles its buffer, which has no room beyond 2³⁰ bytes; less for what is no array. */
    private static final long MOST_BYTES = (1L << 30) - (1L << 24);

    @Override
    public String name() {
        return "samediff";
    }

    @Override
    public String purpose() {
        return "SameDiff.load of ND4J, without performer4j";
    }

    @Override
    public String loading(String file, String tokenizer) {
        return String.format(Locale.ROOT, """
                ```java
                SameDiff graph = SameDiff.load(new File("%s"), false); // nd4j-native alone is needed
                INDArray out = graph.outputSingle(Map.of("ids", ids, "mask", mask), "head");
                ```

                The tokenizer is `%s`.
                """, file, tokenizer);
    }

    /** {@inheritDoc} A batch is one sequence unless told, of models of pairs two. */
    @Override
    public ExportedFile write(PerformerModel model, ExportSettings settings, Path file) throws IOException {
        ModelInfo info = model.info();
        int batch = settings.batch() != null ? settings.batch() : info.task() instanceof Similarity ? 2 : 1;
        int tokens = settings.tokens() != null ? settings.tokens() : info.window();
        return write(model, new SameDiffInput(batch, tokens, settings.masked()), file);
    }

    /** Writes the graph of a model for some input; see {@link PerformerModel#saveSameDiff}. */
    static ExportedFile write(PerformerModel model, SameDiffInput input, Path file) throws IOException {
        SameDiffExport export = SameDiffExport.of(model.net(), input);
        SameDiff sd = export.graph();
        requireRoom(sd, input, MOST_BYTES);
        ByteBuffer content = sd.asFlatBuffers(false);
        AtomicFile.write(file, out -> {
            WritableByteChannel channel = Channels.newChannel(out);
            while (content.hasRemaining()) {
                channel.write(content);
            }
        });
        List<ExportedFile.Port> inputs = sd.inputs().stream()
                .map(sd::getVariable)
                .map(v -> ExportedFile.Port.of(
                        v.name(),
                        v.dataType(),
                        Arrays.stream(v.getShape()).boxed().toList()))
                .toList();
        DataType type = model.net().params().dataType();
        List<Long> shape = export.shapes().get(HeadPlace.OUTPUT);
        return new ExportedFile(inputs, List.of(ExportedFile.Port.of(HeadPlace.OUTPUT, type, shape)));
    }

    /** Refuses a graph whose arrays have more bytes than a file may. */
    static void requireRoom(SameDiff sd, SameDiffInput input, long most) {
        long bytes = 0;
        for (SDVariable variable : sd.variables()) {
            if (variable.isConstant() || variable.getVariableType() == VariableType.VARIABLE) {
                bytes += variable.getArr().length() * variable.dataType().width();
            }
        }
        if (bytes > most) {
            throw new IllegalArgumentException("a SameDiff file holds less than 1 GiB: make it for fewer tokens; bytes="
                    + bytes + ", batch=" + input.batch() + ", tokens=" + input.tokens());
        }
    }
}
