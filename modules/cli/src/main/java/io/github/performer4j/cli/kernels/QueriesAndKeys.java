package io.github.performer4j.cli.kernels;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.net.AttentionRows;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.studies.Head;
import io.github.performer4j.studies.KernelRow.Place;
import io.github.performer4j.studies.KernelStudy.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Queries and keys of a trained model on one window of tokens, of each layer and head, as its attention compares them ({@link AttentionRows}). */
final class QueriesAndKeys {
    private final PerformerModel model;
    private final int pairs;
    private final long seed;

    /**
     * Prepares sampling.
     *
     * @param pairs pairs of a query and a key for each head; a key is never later than its query in causal models
     * @param seed of the pairs
     */
    QueriesAndKeys(PerformerModel model, int pairs, long seed) {
        this.model = model;
        this.pairs = pairs;
        this.seed = seed;
    }

    /**
     * Returns the heads, layer by layer; among groups that attend differently, only those that have features, if some do.
     *
     * @param ids [T] framed tokens, at most as many as the model takes
     */
    List<Subject> of(int... ids) {
        INDArray tokens = Nd4j.createFromArray(new int[][] {ids}).castTo(DataType.FLOAT); // [1,T]
        Map<String, List<AttentionRows>> layers = new LinkedHashMap<>();
        for (AttentionRows one : AttentionRows.of(model.net(), tokens)) {
            layers.computeIfAbsent(one.layer(), any -> new ArrayList<>()).add(one);
        }
        boolean together = layers.size() < model.info().model().layers(); // several blocks in one layer
        List<Subject> subjects = new ArrayList<>();
        int layer = 0;
        for (List<AttentionRows> groups : layers.values()) {
            boolean some = groups.stream().anyMatch(AttentionRows::linear);
            int before = 0; // heads of the groups in front
            for (AttentionRows group : groups) {
                for (int head = 0; head < group.queries().length && (!some || group.linear()); head++) {
                    Place place = new Place(layer, before + head);
                    subjects.add(subject(group.queries()[head], group.keys()[head], place));
                }
                before += together ? 0 : group.queries().length;
                layer += together ? 1 : 0;
            }
            layer += together ? 0 : 1;
        }
        return subjects;
    }

    private Subject subject(double[][] queries, double[][] keys, Place place) {
        boolean causal = model.info().model().attentionOptions().causal();
        CounterRandom random = CounterRandom.of(seed, place.layer(), place.head());
        int[][] sampled = new int[pairs][];
        for (int p = 0; p < pairs; p++) {
            int query = random.nextInt(queries.length);
            sampled[p] = new int[] {query, random.nextInt(causal ? query + 1 : keys.length)};
        }
        Head head = new Head(queries, keys, sampled);
        return new Subject(head, head.norm(), head.angle(), place);
    }
}
