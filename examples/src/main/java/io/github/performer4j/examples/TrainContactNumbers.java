package io.github.performer4j.examples;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Trains {@link ContactNumbers} on generated data in a run folder, with all that performer4j's own tasks have: checkpoints, resume, report. Then loads the model and predicts. */
public final class TrainContactNumbers {
    private TrainContactNumbers() {}

    /** Returns a small model, and how the table is read. */
    static RunConfig config(int steps) {
        RunConfig config = RunConfig.defaults()
                .withTask(new ContactNumbers())
                .withOverrides(Map.of(
                        "data.maxTokens", "64",
                        "data.tokensPerBatch", "1024",
                        "model.maxTokens", "64",
                        "model.width", "32",
                        "model.layers", "1",
                        "model.dropout", "0",
                        "model.attention.heads", "2",
                        "model.attention.featureMap", "relu",
                        "model.attention.features", "16",
                        "model.feedForward.hidden", "64"))
                .withOverrides(Map.of(
                        "training.steps", String.valueOf(steps),
                        "training.learningRate", "1e-2",
                        "training.warmupSteps", String.valueOf(steps / 10),
                        "training.evalEvery", "0",
                        "training.checkpointEvery", "0"));
        return config.withData(config.data()
                .withColumns(ExampleColumns.defaults().withLabels("label").withSplit("split")));
    }

    /**
     * Trains.
     *
     * @param table with the columns text, label and split
     * @param folder the run folder to make
     * @return the evaluation and where the model is
     */
    public static TrainingRun.Result train(Path table, int steps, Path folder) throws IOException {
        return TrainingRun.of(config(steps), table, folder).execute();
    }

    /**
     * Predicts.
     *
     * @param model one that was trained on {@link ContactNumbers}
     * @param sequence T residues, no more than the model sees at once
     * @return [T] numbers
     */
    public static float[] predict(PerformerModel model, String sequence) {
        int[] ids = model.info().tokenizer().encode(sequence);
        int[] row = model.info().data().framing().frame(model.info().tokenizer(), ids); // BOS … EOS
        INDArray output = model.net().outputSingle(Nd4j.createFromArray(row).reshape(1, row.length)); // [1,T+2,1]
        float[] numbers = new float[ids.length];
        double mean = ((ContactNumbers) model.info().task()).mean();
        for (int t = 0; t < numbers.length; t++) {
            numbers[t] = (float) (output.getDouble(0, t + 1, 0) + mean);
        }
        return numbers;
    }

    /** Generates 400 sequences, trains 150 steps and predicts one; argument: a new folder. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args.length > 0 ? args[0] : "contact-numbers"));
        Path table = ContactNumberData.write(folder.resolve("contacts.tsv"), 400, 1);
        TrainingRun.Result result = train(table, 150, folder.resolve("run"));
        Evaluation e = result.evaluation();
        System.out.printf(
                Locale.ROOT,
                "root mean square error %.3f (the mean: %.3f), correlation %.3f%n",
                e.value(),
                e.baseline("meanValue"),
                e.figure("pearson"));
        String sequence = "MKTAYIAKQRQISFVKSHFSRQ";
        float[] numbers = predict(ModelFile.load(result.model()), sequence);
        double[] rule = ContactNumberData.rule(sequence);
        for (int t = 0; t < numbers.length; t++) {
            System.out.printf(
                    Locale.ROOT, "%c  predicted %5.2f  rule %5.2f%n", sequence.charAt(t), numbers[t], rule[t]);
        }
    }
}
