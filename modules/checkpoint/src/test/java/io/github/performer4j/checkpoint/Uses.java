package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Small models of tasks with labels, windows of 13 tokens, and what their nets say by hand. */
final class Uses {
    static final List<String> CLASSES = List.of("red", "green", "blue");

    private Uses() {}

    static PerformerModel classifier(boolean multiLabel) {
        return proteins(new Classification(CLASSES, multiLabel, "none", null), 3);
    }

    static PerformerModel tagger() {
        return proteins(new Tagging().with(List.of("H", "E", "C")), 5);
    }

    static PerformerModel wordTagger() {
        Tokenizer letters = new CharacterTokenizer("abcdefgh ".codePoints().toArray());
        return spread(Samples.model(
                new Tagging().with(List.of("NOUN", "VERB", "O", "X")).tagging(true), Framing.BOTH, letters, 8, 7));
    }

    static PerformerModel regressor() {
        return proteins(
                new Regression().with(List.of("mass", "charge"), List.of(100.0, -2.0), List.of(50.0, 0.25)), 11);
    }

    static PerformerModel proteins(Task task, long seed) {
        return spread(Samples.model(task, Framing.BOTH, new ProteinTokenizer(), 8, seed));
    }

    /** Makes the head's weights large, so that answers differ. */
    private static PerformerModel spread(PerformerModel model) {
        INDArray w = model.net().getLayer(HeadPlace.OUTPUT).getParam("W");
        if (w != null) { // vectors that are compared have no weights of their own
            w.muli(5);
        }
        return model;
    }

    /** The head's output on one row as it is: no padding, no mask; [C] or [T·C]. */
    static float[] byHand(PerformerModel model, int... row) {
        float[] values = new float[row.length];
        for (int t = 0; t < row.length; t++) {
            values[t] = row[t];
        }
        INDArray tokens = Nd4j.createFromArray(new float[][] {values}); // [1,T]
        return model.net()
                .output(false, new INDArray[] {tokens})[0]
                .dup('c')
                .data()
                .asFloat();
    }

    static int[] framed(PerformerModel model, String text) {
        Tokenizer tokenizer = model.info().tokenizer();
        return model.info().data().framing().frame(tokenizer, tokenizer.encode(text));
    }

    /** Proteins of 1 to n residues, unlike each other. */
    static List<String> proteins(int n) {
        return java.util.stream.IntStream.rangeClosed(1, n)
                .mapToObj(i -> {
                    StringBuilder text = new StringBuilder();
                    for (int t = 0; t < i; t++) {
                        text.append(ProteinTokenizer.RESIDUES.charAt((i * (t + 2) * (t + 5) + t) % 20));
                    }
                    return text.toString();
                })
                .toList();
    }
}
