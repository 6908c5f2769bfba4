package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.task.Tasks;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.step.Evaluators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A task that the project does not know goes all the way: labels, training, saved model, evaluation. */
class ContactNumbersTest {
    private static final String SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQ";

    @TempDir
    private Path folder;

    @Test
    void itLearnsTheRuleAndComesBackFromItsZip() throws IOException {
        Path table = ContactNumberData.write(folder.resolve("contacts.tsv"), 400, 1);
        TrainingRun.Result result = TrainContactNumbers.train(table, 150, folder.resolve("run"));
        double mean = result.evaluation().baseline("meanValue");
        System.out.println("contact numbers: " + result.evaluation());
        assertThat(mean).isBetween(3.6, 4.3);
        assertThat(result.evaluation().value()).isLessThan(1); // a residue alone leaves some 2.1
        PerformerModel model = ModelFile.load(result.model());
        assertThat(model.info().task()).isInstanceOf(ContactNumbers.class);
        assertThat(Tasks.read(Tasks.write(model.info().task())))
                .isEqualTo(model.info().task());
        Corpus valid = Corpus.open(
                ContactNumberData.write(folder.resolve("others.tsv"), 50, 2),
                model.info().data(),
                model.info().tokenizer());
        Corpus labelled = valid.labelled(((ContactNumbers) model.info().task()).labels());
        double others = Evaluators.of(model.info(), labelled, 1, Long.MAX_VALUE)
                .evaluate(model.net(), 1)
                .value();
        assertThat(others).isLessThan(1);
        double[] rule = ContactNumberData.rule(SEQUENCE);
        float[] predicted = TrainContactNumbers.predict(model, SEQUENCE);
        assertThat(predicted).hasSize(rule.length);
        double squares = 0;
        for (int t = 0; t < rule.length; t++) {
            squares += (predicted[t] - rule[t]) * (predicted[t] - rule[t]);
        }
        assertThat(Math.sqrt(squares / rule.length)).isLessThan(1.5);
    }

    /** The score is the mean over the labelled tokens, by hand; twice the batch has the same score and the same gradient; and the gradient is that of the score. */
    @Test
    void theLossIsAMean() {
        ComputationGraph net = new ComputationGraph(io.github.performer4j.core.model.PerformerConfig.defaults()
                .withVocabulary(31)
                .with("maxTokens", 8)
                .with("width", 8)
                .with("layers", 1)
                .with("dropout", 0)
                .with("attention.heads", 2)
                .with("attention.featureMap", "positive") // smooth, for differences
                .with("attention.features", 8)
                .with("feedForward.hidden", 16)
                .graph(new ContactNumbers(0.0), new org.nd4j.linalg.learning.config.Sgd(1), 0, 3));
        net.init();
        INDArray tokens = Nd4j.createFromArray(new float[][] {{5, 6, 7, 8, 9}, {9, 5, 11, 0, 0}});
        INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 1, 1, 1}, {1, 1, 1, 0, 0}});
        INDArray labelled = Nd4j.createFromArray(new float[][] {{0, 1, 1, 1, 0}, {0, 1, 1, 0, 0}});
        INDArray numbers = Nd4j.createFromArray(new float[] {9, 1, -2, 3, 9, 9, 2, 0.5f, 9, 9})
                .reshape(2, 5, 1);
        MultiDataSet once = set(tokens, numbers, mask, labelled);
        INDArray p = net.output(false, new INDArray[] {tokens}, new INDArray[] {mask})[0];
        double squares = 0;
        for (int[] at : new int[][] {{0, 1}, {0, 2}, {0, 3}, {1, 1}, {1, 2}}) {
            double r = p.getDouble(at[0], at[1], 0) - numbers.getDouble(at[0], at[1], 0);
            squares += r * r;
        }
        double score = net.score(once);
        assertThat(score).isCloseTo(squares / 5, within(1e-5));
        INDArray gradient = gradient(net, once);
        MultiDataSet twice = set(
                Nd4j.vstack(tokens, tokens),
                Nd4j.concat(0, numbers, numbers),
                Nd4j.vstack(mask, mask),
                Nd4j.vstack(labelled, labelled));
        assertThat(net.score(twice)).isCloseTo(score, within(1e-5));
        assertThat(gradient(net, twice).distance2(gradient)
                        / gradient.norm2Number().doubleValue())
                .isLessThan(1e-5);
        double step = 1e-3 / gradient.norm2Number().doubleValue();
        INDArray at = net.params().dup();
        net.setParams(at.add(gradient.mul(step)));
        double above = net.score(once);
        net.setParams(at.sub(gradient.mul(step)));
        double below = net.score(once);
        double norm = gradient.norm2Number().doubleValue();
        assertThat((above - below) / (2 * step)).isCloseTo(norm * norm, within(0.01 * norm * norm));
    }

    private static MultiDataSet set(INDArray tokens, INDArray numbers, INDArray mask, INDArray labelled) {
        return new MultiDataSet(
                new INDArray[] {tokens}, new INDArray[] {numbers}, new INDArray[] {mask}, new INDArray[] {labelled});
    }

    private static INDArray gradient(ComputationGraph net, MultiDataSet set) {
        net.clear();
        net.setInputs(set.getFeatures());
        net.setLabels(set.getLabels());
        net.setLayerMaskArrays(set.getFeaturesMaskArrays(), set.getLabelsMaskArrays());
        net.computeGradientAndScore();
        return net.gradient().gradient().dup();
    }

    @Test
    void aFaultyLabelIsToldWithItsLine() throws IOException {
        Path bad = Files.writeString(
                folder.resolve("bad.tsv"),
                "text\tlabel\tsplit\nMKV\t1 2 3\ttrain\nMKVA\t1 2 3\ttrain\nMK\t1 2\tvalid\n");
        assertThatThrownBy(() -> TrainContactNumbers.train(bad, 2, folder.resolve("run")))
                .hasMessageContaining("bad.tsv")
                .hasMessageContaining("3")
                .hasMessageContaining("there must be a number for each residue; numbers=3, residues=4");
    }

    /** What makes it an example: it is short, and the project was not touched for it. */
    @Test
    void theTaskIsOneClassUnder150Lines() throws IOException {
        Path source = Path.of("src/main/java/io/github/performer4j/examples/ContactNumbers.java");
        try (Stream<String> lines = Files.lines(source)) {
            assertThat(lines.count()).isLessThan(150);
        }
    }
}
