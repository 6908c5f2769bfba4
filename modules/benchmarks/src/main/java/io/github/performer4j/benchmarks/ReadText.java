package io.github.performer4j.benchmarks;

import io.github.performer4j.core.net.TokenSteps;
import io.github.performer4j.core.state.SequenceState;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A text that a causal model has read, and goes on with: from its state, or by computing all of it again for the next token. Both on the calling thread. */
final class ReadText {
    /** Tokens that several passes over a short text take together, about: one alone would be noise. */
    private static final int PASSES = 2048;

    private static final double MS = 1e6;

    private final TokenSteps steps;
    private final int position;
    private final int tokens;
    private final long seed;
    private final int[] ids; // [position + tokens]
    private final double[] next;
    private final SequenceState state = SequenceState.empty();

    private ReadText(TokenSteps steps, int vocabulary, int position, int tokens, long seed) {
        this.steps = steps;
        this.position = position;
        this.tokens = tokens;
        this.seed = seed;
        ids = new int[position + tokens];
        next = new double[vocabulary];
    }

    /**
     * Reads drawn tokens.
     *
     * @param position how many
     * @param tokens that are to be written behind them
     */
    static ReadText of(TokenSteps steps, int vocabulary, int position, int tokens, long seed) {
        ReadText text = new ReadText(steps, vocabulary, position, tokens, seed);
        CounterRandom random = CounterRandom.of(seed, position);
        for (int i = 0; i < position; i++) {
            text.ids[i] = random.nextInt(vocabulary);
        }
        steps.read(text.state, text.ids, 0, position, text.next);
        return text;
    }

    /** Writes tokens, each drawn by the model's probabilities, and returns ms a token; the next call begins at the same place. */
    double fromState(LongSupplier clock) {
        SequenceState reached = state.copy();
        double[] p = next.clone();
        CounterRandom random = CounterRandom.of(seed, position, 1);
        long begin = clock.getAsLong();
        for (int i = position; i < position + tokens; i++) {
            ids[i] = draw(p, random.nextDouble());
            steps.read(reached, ids, i, i + 1, p);
        }
        return (clock.getAsLong() - begin) / MS / tokens;
    }

    /** Returns the token at which the sum of probabilities passes u. */
    private static int draw(double[] p, double u) {
        double sum = 0;
        for (int token = 0; token < p.length; token++) {
            sum += p[token];
            if (u < sum) {
                return token;
            }
        }
        return p.length - 1;
    }

    /** Computes the text from its beginning and returns ms of one pass, which gives one token. */
    double again(ComputationGraph net, LongSupplier clock) {
        int count = Math.max(1, PASSES / position);
        INDArray read = read();
        long begin = clock.getAsLong();
        CpuKernels.onThisThread(() -> {
            for (int i = 0; i < count; i++) {
                net.outputSingle(read);
            }
        });
        return (clock.getAsLong() - begin) / MS / count;
    }

    /** Returns the largest difference between the state's probabilities of the next token and those of a pass over the text. */
    double difference(ComputationGraph net) {
        INDArray out = net.outputSingle(read()); // [1,T,V]
        double most = 0;
        for (int token = 0; token < next.length; token++) {
            most = Math.max(most, Math.abs(out.getDouble(0, position - 1, token) - next[token]));
        }
        return most;
    }

    /** Returns the tokens as a net takes them, [1,T]. */
    private INDArray read() {
        return Nd4j.createFromArray(Arrays.copyOf(ids, position))
                .castTo(DataType.FLOAT)
                .reshape(1, position);
    }
}
