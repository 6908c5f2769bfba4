package io.github.performer4j.gpu.verify;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.engine.NetProgram;
import io.github.performer4j.core.engine.NetProgram.Stretch;
import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.core.layer.FeedForward;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Parameter;
import io.github.performer4j.core.table.TableProgram;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A language model as programs, without a net: a lookup, blocks with learned positive features, logits; Adam without decay. Parameters lie one behind the other, in the order of stages.
 *
 * @param stages lookup and blocks
 * @param head logits
 * @param vocabulary V
 */
record VerifyModel(List<LayerProgram> stages, LossProgram head, int vocabulary) {
    /** Adam's numbers. */
    static final double BETA1 = 0.9;

    static final double BETA2 = 0.98;
    static final double EPSILON = 1e-8;

    /**
     * Makes a model.
     *
     * @param layers blocks
     * @param features M
     */
    static VerifyModel of(int layers, int width, int heads, int features, int vocabulary, boolean causal) {
        AttentionOptions options = AttentionOptions.defaults()
                .withHeads(heads)
                .withFeatures(features)
                .withLearnedProjection(true)
                .withCausal(causal);
        List<LayerProgram> stages = new ArrayList<>();
        stages.add(TableProgram.lookup(vocabulary, width));
        for (int i = 0; i < layers; i++) {
            stages.add(new PerformerBlockLayer.Builder()
                    .name("block" + i)
                    .attention(options)
                    .feedForward(FeedForward.GELU)
                    .hidden(4 * width)
                    .width(width)
                    .build()
                    .program());
        }
        return new VerifyModel(stages, logits(width, vocabulary), vocabulary);
    }

    /** Makes a model whose one stage behind the lookup is attention of rows to themselves. */
    static VerifyModel ofAttention(int width, int heads, int features, boolean causal) {
        AttentionOptions options = AttentionOptions.defaults()
                .withHeads(heads)
                .withFeatures(features)
                .withLearnedProjection(true)
                .withCausal(causal);
        LayerProgram.Builder p = new LayerProgram.Builder();
        var x = p.input("x", width);
        List<LayerProgram> stages = List.of(TableProgram.lookup(2, width), p.output(p.attend(x, x, x, options, "")));
        return new VerifyModel(stages, logits(width, 2), 2);
    }

    private static LossProgram logits(int width, int vocabulary) {
        LayerProgram.Builder p = new LayerProgram.Builder();
        return new LossProgram(p.output(p.linear(p.input("x", width), "W", "b", vocabulary)));
    }

    /** Returns all programs, logits last. */
    List<LayerProgram> programs() {
        List<LayerProgram> all = new ArrayList<>(stages);
        all.add(head.logits());
        return all;
    }

    /** Returns where the parameters of each program begin. */
    List<Map<String, Long>> places() {
        List<Map<String, Long>> all = new ArrayList<>();
        long next = 0;
        for (LayerProgram program : programs()) {
            Map<String, Long> places = new HashMap<>();
            for (Parameter parameter : program.parameters()) {
                places.put(parameter.name(), next);
                next += VerifyCase.length(parameter);
            }
            all.add(places);
        }
        return all;
    }

    /** Returns N. */
    int length() {
        return programs().stream()
                .flatMap(program -> program.parameters().stream())
                .mapToInt(VerifyCase::length)
                .sum();
    }

    /** Returns what parameters begin as. */
    float[] parameters() {
        float[] values = new float[length()];
        CounterRandom random = CounterRandom.of(3);
        int at = 0;
        for (LayerProgram program : programs()) {
            for (Parameter parameter : program.parameters()) {
                double spread = switch (parameter.kind()) {
                    case PROJECTION -> 1;
                    case WEIGHT ->
                        1 / Math.sqrt(Math.max(16.0, parameter.shape().get(0)));
                    default -> 0;
                };
                double mean = parameter.kind() == Parameter.Kind.GAIN ? 1 : 0;
                for (int end = at + VerifyCase.length(parameter); at < end; at++) {
                    values[at] = (float) (mean + spread * random.nextGaussian());
                }
            }
        }
        return values;
    }

    /** Returns the model as a stepper takes it. */
    NetProgram net() {
        List<NetProgram.Stage> all = new ArrayList<>();
        List<Map<String, Long>> places = places();
        for (int i = 0; i < stages.size(); i++) {
            all.add(new NetProgram.Stage("stage" + i, stages.get(i), places.get(i), new NoDraws()));
        }
        long n = length();
        return new NetProgram(
                all,
                new NetProgram.Head("head", head, places.get(stages.size()), new NoDraws()),
                n,
                List.of(new Stretch(0, n, BETA1, BETA2, EPSILON, 0, 0, n)));
    }

    /** Returns sequences that follow a rule, with noise. */
    Stepper.Rows rows(int batch, int tokens, int number) {
        CounterRandom random = CounterRandom.of(7, number);
        int[] ids = new int[batch * tokens];
        int[] labels = new int[batch * tokens];
        for (int b = 0; b < batch; b++) {
            int id = random.nextInt(vocabulary);
            for (int t = 0; t < tokens; t++) {
                int next = random.nextInt(5) == 0 ? random.nextInt(vocabulary) : (3 * id + 1) % vocabulary;
                ids[b * tokens + t] = id;
                labels[b * tokens + t] = next;
                id = next;
            }
        }
        return new Stepper.Rows(batch, tokens, ids, null, labels);
    }

    /** Nothing is drawn: projections are learned, and nothing is dropped. */
    private static final class NoDraws implements NetProgram.Draws {
        @Override
        public void checkLength(int tokens) {
            // any length will do
        }

        @Override
        public INDArray projection(Op.Attend op) {
            throw new IllegalStateException("projections are learned; operation=" + op);
        }

        @Override
        public long dropoutKey(Op.Drop op, int microBatch) {
            return 0;
        }
    }
}
