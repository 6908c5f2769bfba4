package io.github.performer4j.cli.predict;

import io.github.performer4j.checkpoint.Estimated;
import io.github.performer4j.checkpoint.InputReader;
import io.github.performer4j.checkpoint.ModelInput;
import io.github.performer4j.checkpoint.Regressor;
import java.util.List;

/** Numbers, a column each by its name; {@code value_id} and {@code value_note} where other columns have the name. */
final class NumberPredictions extends Predictions {
    private final Regressor regressor;
    private final List<String> columns;

    NumberPredictions(Regressor regressor) {
        this.regressor = regressor;
        columns = regressor.names().stream()
                .map(name -> name.equals(ID) || name.equals(NOTE) ? "value_" + name : name)
                .toList();
    }

    @Override
    InputReader reader() {
        return regressor.reader();
    }

    @Override
    List<String> columns() {
        return columns;
    }

    @Override
    List<Answer> predict(List<ModelInput> inputs) {
        return regressor.regressInputs(inputs).stream()
                .map(NumberPredictions::answer)
                .toList();
    }

    private static Answer answer(Estimated estimated) {
        List<Object> row = estimated.numbers().values().stream()
                .<Object>map(Predictions::digits)
                .toList();
        return new Answer(estimated.windows(), List.of(row));
    }
}
