package io.github.performer4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Sampling;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer generate}: a causal model continues a prompt. */
@Command(name = "generate", description = "Continue a prompt with a causal model. Equal arguments write equal text.")
final class GenerateCommand extends Action {
    @Option(names = "--model", required = true, paramLabel = "M", description = "A model zip, or a run folder.")
    private Path model;

    @Option(names = "--prompt", paramLabel = "S", description = "The beginning (default: none).")
    private String prompt = "";

    @Option(names = "--length", required = true, paramLabel = "N", description = "Tokens to write at most.")
    private int length;

    @Option(
            names = "--temperature",
            paramLabel = "X",
            description =
                    "1: the model's own probabilities; lower is bolder; 0: always the most probable token (default: 1).")
    private double temperature = 1;

    @Option(names = "--top-k", paramLabel = "N", description = "Draw from the N most probable tokens (default: all).")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "Draw from the fewest tokens that hold probability P together (default: all).")
    private double topP = 1;

    @Override
    protected ObjectNode run() throws IOException {
        Sampling sampling = new Sampling(temperature, topK, topP);
        PerformerModel loaded = Models.load(model);
        String text = loaded.generate(prompt, length, sampling, seed(1));
        out().println(prompt + text);
        return object().put("prompt", prompt).put("text", text).put("seed", seed(1));
    }
}
