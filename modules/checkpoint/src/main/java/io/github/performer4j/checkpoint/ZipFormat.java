package io.github.performer4j.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The project's own file, {@link ModelFile}, of the model alone: without what training needs to go on, with the figures that a run recorded. Equal models give equal files. */
final class ZipFormat implements ExportFormat {
    @Override
    public String name() {
        return "zip";
    }

    @Override
    public String purpose() {
        return "performer4j, and Deeplearning4j's ComputationGraph.load";
    }

    @Override
    public boolean whole() {
        return true;
    }

    @Override
    public String loading(String file, String tokenizer) {
        return String.format(Locale.ROOT, """
                In Java by `io.github.performer4j:performer4j-checkpoint`:

                ```java
                PerformerModel model = ModelFile.load(Path.of("%1$s")); // and so each of its uses: Embedder.load, ...
                ```

                On the command line by `performer info %1$s`, and as `--model %1$s` of every other command. The tokenizer is in it.
                """, file);
    }

    /** {@inheritDoc} There are no inputs; the outputs are the parameters. */
    @Override
    public ExportedFile write(PerformerModel model, ExportSettings settings, Path file) throws IOException {
        return write(model, settings, ModelCard.unknown(), file);
    }

    @Override
    public ExportedFile write(PerformerModel model, ExportSettings settings, ModelCard about, Path file)
            throws IOException {
        if (!settings.equals(ExportSettings.defaults())) {
            throw new IllegalArgumentException("a model's own file is for any sizes: leave them out; batch="
                    + settings.batch() + ", tokens=" + settings.tokens() + ", masked=" + settings.masked());
        }
        Map<String, byte[]> figures = about.evaluation() == null
                ? Map.of()
                : Map.of(
                        ModelFile.EVALUATION_ENTRY,
                        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(about.evaluation()));
        ModelFile.save(file, model.net(), model.info(), false, figures);
        return SafetensorsFormat.written(SafetensorsFormat.tensors(model.net()));
    }
}
