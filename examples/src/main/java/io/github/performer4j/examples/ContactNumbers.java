package io.github.performer4j.examples;

import io.github.performer4j.core.layer.MeanTokenOutputLayer;
import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusExamples;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.read.LabelReader;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.training.score.NumberFigures;
import io.github.performer4j.training.task.Evaluation;
import io.github.performer4j.training.task.Scorer;
import io.github.performer4j.training.task.TaskTraining;
import io.github.performer4j.training.task.TokenNumbers;
import java.io.IOException;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * A task of your own in one class: a number for each residue, here how many others are near it in space. Labels are numbers with blanks between them: {@code 3.1 2.0 4.5}.
 *
 * <p>{@code --set task.name=io.github.performer4j.examples.ContactNumbers} trains it, and a model file names the class. With n labelled residues, loss = (1/n) Σ (y − mean − p)².
 *
 * @param mean of the numbers of the training side; null until they are read
 */
public record ContactNumbers(Double mean) implements Task, TaskTraining {
    /** The task before it has seen data. */
    public ContactNumbers() {
        this(null);
    }

    @Override
    public String purpose() {
        return "estimates the number of contacts of each residue";
    }

    @Override
    public String missing() {
        return mean == null ? "task.mean" : null;
    }

    @Override
    public void head(HeadPlace place) {
        place.perToken(new MeanTokenOutputLayer.Builder(new LossMSE())
                .activation(Activation.IDENTITY)
                .nIn(place.width())
                .nOut(1)
                .build());
    }

    @Override
    public Task task() {
        return this;
    }

    @Override
    public TaskTraining complete(Corpus train) throws IOException {
        DoubleSummaryStatistics seen = new DoubleSummaryStatistics();
        try (CorpusExamples all = train.examples()) {
            for (Example example = all.next(); example != null; example = all.next()) {
                numbers(example).forEach(seen);
            }
        }
        return new ContactNumbers(seen.getAverage());
    }

    private static DoubleStream numbers(Example example) {
        return Pattern.compile("\\s+")
                .splitAsStream(example.labels().get(0).strip())
                .mapToDouble(Double::parseDouble);
    }

    @Override
    public LabelReader labels() {
        return (example, text) -> {
            double[] numbers = numbers(example).toArray();
            if (numbers.length != text.ids().length) {
                throw new IllegalArgumentException("there must be a number for each residue; numbers=" + numbers.length
                        + ", residues=" + text.ids().length);
            }
            float[] label = new float[numbers.length];
            for (int t = 0; t < label.length; t++) {
                label[t] = (float) (numbers[t] - mean);
            }
            return new Label(null, label, true);
        };
    }

    @Override
    public Batching batching() {
        return new TokenNumbers();
    }

    @Override
    public Scorer<List<float[]>> scorer(TokenCounts counts) {
        NumberFigures figures = NumberFigures.withTraining(mean);
        return new Scorer<>() {
            @Override
            public List<float[]> part(INDArray output, Batch batch) {
                float[] y = batch.label().floats();
                float[] p = output.dup('c').ravel().toFloatVector(); // [B·T]
                return IntStream.range(0, y.length)
                        .filter(i -> batch.label().mask()[i])
                        .mapToObj(i -> new float[] {(float) (y[i] + mean), (float) (p[i] + mean)})
                        .toList();
            }

            @Override
            public void add(List<float[]> part) {
                part.forEach(pair -> figures.add(new float[] {pair[0]}, pair[1]));
            }

            @Override
            public Evaluation evaluation() {
                return new Evaluation("rmse", false, figures.figures(), figures.baselines("rmse"), figures.count());
            }
        };
    }
}
