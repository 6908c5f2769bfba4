package io.github.performer4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * Made the stored states of texts, {@code golden/states-formatN}, each with the code of its time: two texts of the
 * stored model {@code causal-lm} after six tokens, in format 2 under a rule. Not a test: the files are data, and are not made
 * again when the code changes.
 *
 * <p>To repeat it: run {@link #main} with the file to write, on the test class path.
 */
final class GoldenStates {
    static final String PROMPT = "ab";
    static final int TOKENS = 6;

    private GoldenStates() {}

    /** Returns what wrote the texts, with this model, and goes on with them. */
    static Generator generator(PerformerModel model) {
        return new Generator(model).withSeed(59).withCount(2);
    }

    /** Returns the rule of format 2: nine tokens, whatever they are. */
    static Allowed rule(PerformerModel model) {
        return Allowed.places(model.info().tokenizer(), Collections.nCopies(9, "*"));
    }

    /** Loads the model that wrote them. */
    static PerformerModel model(Path folder) throws IOException {
        Path file = folder.resolve("model.zip");
        try (InputStream in = GoldenStates.class.getResourceAsStream("/golden/model-format2-causal-lm.zip")) {
            Files.copy(in, file);
        }
        return ModelFile.load(file);
    }

    public static void main(String[] args) throws IOException {
        PerformerModel model = model(Files.createTempDirectory("golden"));
        List<Generated> texts =
                generator(model).withAllowed(rule(model)).withMaxNew(TOKENS).generate(PROMPT);
        texts.forEach(text -> System.out.println(text.text() + " " + text.end()));
        GenerationFile.save(
                Path.of(args[0]), model, texts.stream().map(Generated::state).toList());
    }
}
