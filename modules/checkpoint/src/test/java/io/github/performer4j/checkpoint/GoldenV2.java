package io.github.performer4j.checkpoint;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Made the stored models of format 2, {@code golden/model-format2-NAME.zip}: one of each kind of task, causal ones with what attention and blocks have, and those of {@link GoldenKinds}. Not a test: the files are data,
 * and are not made again when the code changes.
 *
 * <p>To repeat it: run {@link #main} with the folder to write, on the test class path; files that are there stay.
 */
final class GoldenV2 {
    static final String ANSWER = "answer.txt";
    private static final int[] ROW = {2, 5, 7, 6, 5, 8, 9, 6, 3};

    private GoldenV2() {}

    /** Returns the models, by the name of their file. */
    static Map<String, PerformerModel> models() {
        Map<String, PerformerModel> all = new LinkedHashMap<>();
        all.put("masked-lm", Samples.masked(23));
        all.put("causal-lm", Samples.causal(29));
        all.put("classify", Uses.classifier(false));
        all.put("multi-label", Uses.classifier(true));
        all.put("tag", Uses.tagger());
        all.put("regress", Uses.regressor());
        all.put("pairs", Samples.model(new Similarity(), Framing.BOTH, new ProteinTokenizer(), 8, 31));
        all.put("recipe", recipe());
        all.put("blocks", blocks());
        all.put(
                "local",
                causal(Samples.config(Framing.PACKED, 10, 8)
                        .with(Map.of("attention.localHeads", 1, "attention.window", 3, "attention.decay", "fixed"))));
        all.put("groups", groups());
        GoldenKinds.add(all);
        return all;
    }

    private static PerformerModel recipe() {
        return causal(Samples.config(Framing.PACKED, 10, 8)
                .with("embedding.positions", "none")
                .with("attention.featureMap", "relu")
                .with("attention.positions", "rotary")
                .with("attention.decay", "selective")
                .with("attention.convolution", 4));
    }

    private static PerformerModel blocks() {
        return causal(Samples.config(Framing.PACKED, 10, 8)
                .with("embedding.positions", "sinusoidal")
                .with("attention.decay", "fixed")
                .with("attention.keyHeads", 1)
                .with("attention.queryKeyNorm", "rms")
                .with("norm.kind", "rms")
                .with("feedForward.kind", "swiglu"));
    }

    private static PerformerModel groups() {
        return causal(Samples.config(Framing.PACKED, 10, 8)
                .with("attention.heads", 4)
                .with(
                        "attention.groups",
                        List.of(
                                Map.of("heads", 2, "decay", "selective"),
                                Map.of("heads", 1, "featureMap", "relu", "features", 5),
                                Map.of("heads", 1, "kind", "exact", "window", 4))));
    }

    private static PerformerModel causal(PerformerConfig config) {
        return Samples.model(
                new CausalLanguageModel(),
                Framing.PACKED,
                new CharacterTokenizer("abcd ".codePoints().toArray()),
                config,
                37);
    }

    /** Returns what a model answers: the head's output on one row of ids or what else it reads, or a cosine. */
    static float[] answer(PerformerModel model) {
        INDArray[] inputs = GoldenKinds.inputs(model);
        if (inputs != null) {
            return model.net().output(false, inputs)[0].dup('c').data().asFloat();
        }
        return model.info().task() instanceof Similarity
                ? new float[] {(float) model.similarity("MKTAYIAK", "MKVAYIPK")}
                : Uses.byHand(model, ROW);
    }

    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        for (Map.Entry<String, PerformerModel> model : models().entrySet()) {
            if (Files.exists(folder.resolve("model-format2-" + model.getKey() + ".zip"))) {
                continue; // stored by the code of its time
            }
            float[] answer = answer(model.getValue());
            String text = IntStream.range(0, answer.length)
                    .mapToObj(i -> String.format(Locale.ROOT, "%.9g", answer[i]))
                    .collect(Collectors.joining(" "));
            ModelFile.save(
                    folder.resolve("model-format2-" + model.getKey() + ".zip"),
                    model.getValue().net(),
                    model.getValue().info(),
                    true,
                    Map.of(ANSWER, text.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
