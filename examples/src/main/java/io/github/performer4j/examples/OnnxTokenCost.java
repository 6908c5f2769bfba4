package io.github.performer4j.examples;

import ai.onnxruntime.OrtException;
import io.github.performer4j.checkpoint.ExportFormats;
import io.github.performer4j.checkpoint.ExportSettings;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.run.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.learning.config.NoOp;

/** What a token of a causal model costs in ONNX Runtime ({@link OnnxGeneration}) behind so many others: the state has one size, and so has the time. */
public final class OnnxTokenCost {
    private static final int PART = 1000;
    private static final double NANOS_PER_MS = 1e6;
    private static final long SEED = 1;

    private OnnxTokenCost() {}

    /**
     * What was measured.
     *
     * @param position tokens before those that are timed
     * @param milliseconds of a token: the median over rounds of a round's mean
     * @param numbers of the state
     */
    public record Cost(int position, double milliseconds, long numbers) {}

    /**
     * Measures, rounds interleaved, so that what disturbs one position disturbs all.
     *
     * @param file a model with its state
     * @param vocabulary V
     * @param positions at which tokens are read one by one
     * @param tokens of a round
     * @param rounds behind a median; a quarter more are run before
     */
    public static List<Cost> measure(Path file, int vocabulary, List<Integer> positions, int tokens, int rounds)
            throws OrtException {
        int warmUp = rounds / 4 + 1;
        double[][] times = new double[positions.size()][rounds];
        List<OnnxGeneration.State> states = new ArrayList<>();
        try (OnnxGeneration onnx = new OnnxGeneration(file, 1)) {
            for (int position : positions) {
                states.add(at(onnx, vocabulary, position));
            }
            for (int round = -warmUp; round < rounds; round++) {
                for (int p = 0; p < times.length; p++) {
                    double ms = time(onnx, states.get(p), vocabulary, tokens);
                    if (round >= 0) {
                        times[p][round] = ms;
                    }
                }
            }
            List<Cost> costs = new ArrayList<>();
            for (int p = 0; p < times.length; p++) {
                Arrays.sort(times[p]);
                costs.add(new Cost(
                        positions.get(p), times[p][rounds / 2], states.get(p).numbers()));
            }
            return costs;
        } finally {
            states.forEach(OnnxGeneration.State::close);
        }
    }

    private static OnnxGeneration.State at(OnnxGeneration onnx, int vocabulary, int position) throws OrtException {
        OnnxGeneration.State state = onnx.begin();
        while (state.tokens() < position) {
            int[] part = ids(vocabulary, state.tokens(), (int) Math.min(PART, position - state.tokens()));
            OnnxGeneration.State next = onnx.read(state, part);
            state.close();
            state = next;
        }
        return state;
    }

    private static double time(OnnxGeneration onnx, OnnxGeneration.State from, int vocabulary, int tokens)
            throws OrtException {
        OnnxGeneration.State state = from;
        long begin = System.nanoTime();
        for (int i = 0; i < tokens; i++) {
            OnnxGeneration.State next = onnx.read(state, ids(vocabulary, state.tokens(), 1));
            if (i > 0) {
                state.close();
            }
            state = next;
        }
        double ms = (System.nanoTime() - begin) / NANOS_PER_MS / tokens;
        state.close();
        return ms;
    }

    /** Tokens that are no special ones, the same at the same place. */
    private static int[] ids(int vocabulary, long from, int count) {
        return IntStream.range(0, count)
                .map(i -> Specials.FIRST_SYMBOL
                        + CounterRandom.of(SEED, from + i).nextInt(vocabulary - Specials.FIRST_SYMBOL))
                .toArray();
    }

    /** A model of the preset text-character with weights as drawn: it costs what a trained one does. */
    private static PerformerModel drawn() {
        RunConfig preset = RunConfig.preset("text-character");
        CharacterTokenizer ascii = new CharacterTokenizer(
                IntStream.concat(IntStream.of('\n'), IntStream.range(' ', 127)).toArray());
        PerformerConfig body = preset.model().withVocabulary(ascii.size());
        ComputationGraph net = new ComputationGraph(body.graph(preset.task(), new NoOp(), 0, SEED));
        net.init();
        return new PerformerModel(
                net, ModelInfo.of(preset.task(), body, preset.data(), ascii, null, Provenance.unknown()));
    }

    /** Prints the cost at positions 100 and 16,000. Argument: a causal model of characters or words, one of drawn weights by default. */
    public static void main(String[] args) throws IOException, OrtException {
        PerformerModel model = args.length > 0 ? ModelFile.load(Path.of(args[0])) : drawn();
        Path file = Files.createTempDirectory("onnx").resolve("stream.onnx");
        ExportFormats.named("onnx-stream").write(model, ExportSettings.defaults(), file);
        List<Cost> costs = measure(file, model.info().model().vocabulary(), List.of(100, 16_000), 200, 21);
        for (Cost cost : costs) {
            System.out.printf(
                    Locale.ROOT,
                    "position %,6d: %.3f ms a token, %.2f of the first, state of %,d numbers%n",
                    cost.position(),
                    cost.milliseconds(),
                    cost.milliseconds() / costs.get(0).milliseconds(),
                    cost.numbers());
        }
    }
}
