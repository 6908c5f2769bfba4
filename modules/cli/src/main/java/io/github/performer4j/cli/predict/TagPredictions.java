package io.github.performer4j.cli.predict;

import io.github.performer4j.checkpoint.InputReader;
import io.github.performer4j.checkpoint.ModelInput;
import io.github.performer4j.checkpoint.Tagged;
import io.github.performer4j.checkpoint.Tagger;
import java.util.Arrays;
import java.util.List;

/** Tags, a row for each token or word: {@code position} from 1, {@code token}, {@code tag}, {@code probability}. */
final class TagPredictions extends Predictions {
    private final Tagger tagger;

    TagPredictions(Tagger tagger) {
        this.tagger = tagger;
        countAll(tagger.labels());
    }

    @Override
    InputReader reader() {
        return tagger.reader();
    }

    @Override
    List<String> columns() {
        return List.of("position", "token", "tag", "probability");
    }

    @Override
    List<Answer> predict(List<ModelInput> inputs) {
        return tagger.tagInputs(inputs).stream().map(this::answer).toList();
    }

    private Answer answer(Tagged tagged) {
        List<List<Object>> rows = tagged.tags().stream()
                .map(tag ->
                        Arrays.<Object>asList(tag.position() + 1, tag.text(), tag.label(), digits(tag.probability())))
                .toList();
        tagged.labels().forEach(this::count);
        return new Answer(tagged.windows(), rows);
    }
}
