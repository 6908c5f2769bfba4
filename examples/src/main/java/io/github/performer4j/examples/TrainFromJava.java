package io.github.performer4j.examples;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.training.step.Evaluators;
import io.github.performer4j.training.step.Trainer;
import io.github.performer4j.training.step.TrainingConfig;
import io.github.performer4j.training.task.Evaluation;
import io.github.performer4j.training.task.TaskTraining;
import io.github.performer4j.training.task.Trainings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Trains a small masked language model of proteins and saves it: data, model, trainer, evaluation, one zip.
 *
 * <p>Run it in the project's folder, where {@code datasets/} lies. {@code performer train} does the same with a run folder,
 * checkpoints and resume.
 */
public final class TrainFromJava {
    private static final long SEED = 1;
    private static final int MAX_TOKENS = 128;
    private static final long EVALUATION_TOKENS = 2_000;

    private TrainFromJava() {}

    /**
     * Trains, evaluates and saves.
     *
     * @param proteins FASTA, plain or gzip
     * @param steps parameter updates
     * @param zip where the model goes
     * @return the held-out loss beside the two frequency baselines
     */
    public static Evaluation train(Path proteins, int steps, Path zip) throws IOException {
        // Data: similar sequences stay on one side of the split.
        DataConfig data = DataConfig.defaults().withMaxTokens(MAX_TOKENS).withTokensPerBatch(1024);
        Corpus.Split split = Corpus.open(proteins, data, null).split(0.1, SEED);

        // Task: hidden residues, to be named from both sides.
        TaskTraining task = Trainings.of(new MaskedLanguageModel());
        BatchSource batches = split.train().batches(task.batching(), true);
        TokenCounts counts = task.counts(split.train());

        // Model: a record that builds an ordinary ComputationGraph.
        PerformerConfig model = PerformerConfig.defaults()
                .withVocabulary(split.train().tokenizer().size())
                .with("maxTokens", MAX_TOKENS)
                .with("width", 64)
                .with("attention.heads", 4)
                .with("layers", 2)
                .with("feedForward.hidden", 128)
                .with("attention.featureMap", "relu")
                .with("attention.features", 32)
                .with("dropout", 0);
        TrainingConfig training = TrainingConfig.defaults()
                .withSteps(steps)
                .withLearningRate(5e-3)
                .withWarmupSteps(steps / 10)
                .withSeed(SEED);
        ComputationGraph net = new ComputationGraph(
                model.graph(task.task(), training.updater(), training.weightDecay(), training.seed()));
        net.init();

        // Training.
        new Trainer(net, training, batches).train();
        // One file, and its evaluation: Deeplearning4j's zip with tokenizer, configuration and provenance beside the
        // parameters.
        Provenance provenance = new Provenance(
                proteins.toString(), "", SEED, steps, "TrainFromJava", System.getProperty("java.version"), "");
        ModelInfo info = ModelInfo.of(task.task(), model, data, split.train().tokenizer(), counts, provenance);
        ModelFile.save(zip, net, info, false, Map.of());
        return Evaluators.of(info, split.valid(), SEED, EVALUATION_TOKENS).evaluate(net, 1);
    }

    /** Trains 200 steps; arguments: the FASTA file and the zip to write, both optional. */
    public static void main(String[] args) throws IOException {
        Path proteins = Path.of(args.length > 0 ? args[0] : "datasets/proteins/uniprot-queries-500.fasta.gz");
        Path zip = Path.of(args.length > 1 ? args[1] : "protein-model.zip");
        Evaluation e = train(proteins, 200, zip);
        System.out.printf(
                Locale.ROOT,
                "held-out loss %.4f nats (order 0: %.4f, order 1: %.4f), accuracy %.1f%%; saved %s%n",
                e.value(),
                e.baseline("order0"),
                e.baseline("order1"),
                100 * e.figure("accuracy"),
                zip);
    }
}
