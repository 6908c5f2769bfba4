package io.github.performer4j.cli.predict;

import io.github.performer4j.checkpoint.Beam;
import io.github.performer4j.checkpoint.Generated;
import io.github.performer4j.checkpoint.InputReader;
import io.github.performer4j.checkpoint.ModelInput;
import io.github.performer4j.checkpoint.Translator;
import io.github.performer4j.cli.show.Figures;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Targets of sources: columns {@code target}, {@code score} (mean log probability of its tokens, nats) and {@code end}, {@code model} or {@code length}: the model ended it, or it was as long as it may be. */
final class TargetPredictions extends Predictions {
    private final Translator translator;
    private long unended;

    TargetPredictions(Translator translator) {
        this.translator = translator;
    }

    @Override
    InputReader reader() {
        return translator.reader();
    }

    @Override
    List<String> columns() {
        return List.of("target", "score", "end");
    }

    @Override
    List<Answer> predict(List<ModelInput> inputs) {
        return translator.translateInputs(inputs).stream().map(this::answer).toList();
    }

    private Answer answer(Beam beam) {
        unended += beam.end() == Generated.End.LENGTH ? 1 : 0;
        String end = beam.end().name().toLowerCase(Locale.ROOT);
        return new Answer(1, List.of(Arrays.<Object>asList(beam.text(), digits(beam.score()), end)));
    }

    @Override
    String told() {
        String steps = translator.obstacle() == null
                ? null
                : "each token took the whole target again: " + translator.obstacle();
        String ends = unended == 0
                ? null
                : Figures.count(unended) + " targets reached " + Figures.count(translator.maxNew())
                        + " tokens, and were ended there (--length)";
        return steps == null || ends == null ? (steps == null ? ends : steps) : steps + System.lineSeparator() + ends;
    }
}
