package io.github.performer4j.training.step;

import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.batch.BatchEncoder;
import io.github.performer4j.training.task.Evaluation;
import io.github.performer4j.training.task.Scorer;
import io.github.performer4j.training.task.Trainings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/** A graph of plain Deeplearning4j layers that predicts a token from the one it sees, and a seeded Markov chain to learn. */
public final class Toy {
    static final int VOCABULARY = 13;
    static final int ROWS = 3;
    static final int LENGTH = 7;

    private Toy() {}

    static ComputationGraph net(IUpdater updater, double weightDecay, DataType type) {
        // Per layer: Deeplearning4j M2.1 applies a graph's global regularisation twice to its own layers.
        List<Regularization> decay = weightDecay > 0 ? List.of(new WeightDecay(weightDecay, true)) : List.of();
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(17)
                .dataType(type)
                .updater(updater)
                .miniBatch(false)
                .graphBuilder()
                .addInputs("tokens")
                .addLayer("block-0", dense(VOCABULARY, 19, decay), "tokens")
                .addLayer("block-1", dense(19, 11, decay), "block-0")
                .addLayer(
                        "head",
                        new OutputLayer.Builder(new MeanLoss())
                                .nIn(11)
                                .nOut(VOCABULARY)
                                .activation(Activation.SOFTMAX)
                                .regularization(decay)
                                .build(),
                        "block-1")
                .setOutputs("head")
                .build());
        net.init();
        return net;
    }

    static ComputationGraph net(TrainingConfig config) {
        return net(config.updater(), config.weightDecay(), DataType.FLOAT);
    }

    private static DenseLayer dense(int in, int out, List<Regularization> decay) {
        return (DenseLayer) new DenseLayer.Builder()
                .nIn(in)
                .nOut(out)
                .activation(Activation.TANH)
                .regularization(decay)
                .build();
    }

    /** One-hot rows [B·T,V]; the label mask [B·T,1] leaves out what is not predicted. */
    static BatchEncoder encoder() {
        return (batch, type) -> {
            int rows = batch.size() * batch.length();
            INDArray features = Nd4j.zeros(type, rows, VOCABULARY);
            INDArray labels = Nd4j.zeros(type, rows, VOCABULARY);
            INDArray mask = Nd4j.zeros(type, rows, 1);
            for (int i = 0; i < rows; i++) {
                features.putScalar(i, batch.input().ids()[i], 1);
                int label = batch.label().ids()[i];
                if (label != Batch.IGNORED) {
                    labels.putScalar(i, label, 1);
                    mask.putScalar(i, 0, 1);
                }
            }
            return BatchEncoder.Arrays.of(features, labels, null, mask);
        };
    }

    /** Epochs of batches; every third batch has fewer labels, every seventh none. */
    static BatchSource source(int batches) {
        return (seed, epoch) -> {
            List<Batch> all = new ArrayList<>();
            for (int b = 0; b < batches; b++) {
                all.add(batch(CounterRandom.of(seed, epoch, b), b % 7 == 5 ? 0 : b % 3 == 2 ? 0.4 : 0.9));
            }
            return stream(all);
        };
    }

    public static BatchStream stream(List<Batch> batches) {
        Iterator<Batch> iterator = batches.iterator();
        return new BatchStream() {
            @Override
            public boolean hasNext() {
                return iterator.hasNext();
            }

            @Override
            public Batch next() {
                return iterator.next();
            }

            @Override
            public void close() {}
        };
    }

    static Batch batch(CounterRandom random, double labelled) {
        int n = ROWS * LENGTH;
        int[] ids = new int[n];
        boolean[] mask = new boolean[n];
        int[] labels = new int[n];
        int[] left = new int[n];
        Arrays.fill(mask, true);
        for (int i = 0; i < n; i++) {
            ids[i] = Specials.FIRST_SYMBOL + random.nextInt(VOCABULARY - Specials.FIRST_SYMBOL);
            boolean chosen = random.nextDouble() < labelled;
            int next = random.nextDouble() < 0.8 ? successor(ids[i]) : Specials.FIRST_SYMBOL;
            labels[i] = chosen ? next : Batch.IGNORED;
            left[i] = chosen ? ids[i] : -1;
        }
        return batch(ROWS, LENGTH, ids, mask, labels, left);
    }

    /** Makes a batch as a language model's. */
    static Batch batch(int rows, int length, int[] ids, boolean[] mask, int[] labels, int[] left) {
        long count = Arrays.stream(labels).filter(l -> l != Batch.IGNORED).count();
        return Batch.of(
                        Column.ids(ids, mask, 0, rows, length),
                        Column.ids(labels, null, Batch.IGNORED, rows, length),
                        count)
                .with(Batch.LEFT, Column.ids(left, null, -1, rows, length));
    }

    /** Returns fresh scorers with the chain's counts. */
    static Supplier<Scorer<?>> scorer() {
        return scorer(counts());
    }

    static Supplier<Scorer<?>> scorer(TokenCounts counts) {
        return () -> Trainings.of(new MaskedLanguageModel()).scorer(counts);
    }

    static int successor(int token) {
        return token + 1 < VOCABULARY ? token + 1 : Specials.FIRST_SYMBOL;
    }

    static TokenCounts counts() {
        long[] unigram = new long[VOCABULARY];
        Map<Integer, Map<Integer, Long>> bigram = new TreeMap<>();
        for (int t = Specials.FIRST_SYMBOL; t < VOCABULARY; t++) {
            unigram[t] = 10L + t;
            bigram.put(t, new HashMap<>(Map.of(successor(t), 40L + t)));
        }
        return new TokenCounts(Specials.OWN, false, unigram, bigram);
    }

    static Trainer trainer(ComputationGraph net, TrainingConfig config) {
        return new Trainer(net, config, source(23), encoder());
    }

    /** Keeps the last checkpoint in memory. */
    static final class Memory implements RunStore {
        final List<RunListener.Progress> steps = new ArrayList<>();
        final List<Long> evaluations = new ArrayList<>();
        final List<Long> checkpoints = new ArrayList<>();
        ComputationGraph net;
        TrainerState state;

        @Override
        public void step(RunListener.Progress progress) {
            steps.add(progress);
        }

        @Override
        public void evaluation(long step, double elapsed, Evaluation evaluation, boolean best) {
            evaluations.add(step);
        }

        @Override
        public Path checkpoint(ComputationGraph saved, TrainerState position) {
            checkpoints.add(position.step());
            net = saved.clone();
            net.getConfiguration().setIterationCount(saved.getConfiguration().getIterationCount());
            state = TrainerState.fromBytes(position.toBytes());
            return Path.of("memory");
        }
    }
}
