package io.github.performer4j.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Made the golden file of format version 1, {@code golden/model-format1-0.1.0.zip}. Not a test: the file is data, and is not made again
 * when the code changes.
 *
 * <p>To repeat it: run {@link #main} with the path to write, on the test class path.
 */
final class GoldenV1 {
    static final String RESOURCE = "/golden/model-format1-0.1.0.zip";
    static final String EMBEDDING = "embedding.txt";
    static final String SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQ";
    static final int STEPS = 3;

    private GoldenV1() {}

    public static void main(String[] args) throws IOException {
        PerformerModel model = Samples.masked(23);
        for (int step = 0; step < STEPS; step++) {
            Samples.train(model.net(), model.info().tokenizer().size(), step);
        }
        float[] embedding = model.embed(SEQUENCE);
        String text = IntStream.range(0, embedding.length)
                .mapToObj(e -> Float.toString(embedding[e]))
                .collect(Collectors.joining(" "));
        ModelFile.save(
                Path.of(args[0]),
                model.net(),
                model.info(),
                true,
                Map.of(EMBEDDING, text.getBytes(StandardCharsets.UTF_8)));
    }
}
