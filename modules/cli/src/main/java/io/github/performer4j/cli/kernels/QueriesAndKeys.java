package io.github.performer4j.cli.kernels;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.Attending;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.AttentionRows;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.studies.Head;
import io.github.performer4j.studies.KernelRow.Place;
import io.github.performer4j.studies.KernelStudy.Subject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Queries and keys of a trained model on one window of tokens, of each block and head, as its attention compares them ({@link AttentionRows}). */
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
     * Returns the heads, block by block; among groups that attend differently, only those that have features, if some do.
     *
     * @param ids [T] framed tokens, at most as many as the model takes
     * @throws IllegalArgumentException if a block's attention does not run on the kernels, which alone can be looked at
     */
    List<Subject> of(int... ids) {
        INDArray tokens = Nd4j.createFromArray(new int[][] {ids}).castTo(DataType.FLOAT); // [1,T]
        List<AttentionRows> seen = AttentionRows.of(model.net(), tokens);
        List<Subject> subjects = new ArrayList<>();
        int block = 0;
        for (String vertex : model.info().model().blockVertices()) {
            List<AttentionRows> own =
                    seen.stream().filter(rows -> rows.layer().equals(vertex)).toList();
            List<AttentionOptions> attentions = attentions(vertex);
            int groups = attentions.stream().mapToInt(a -> a.groups().size()).sum();
            if (own.size() != groups) {
                throw new IllegalArgumentException(
                        "queries and keys are looked at on kernels, where not all of this attention runs; layer="
                                + vertex + ", attentions=" + groups + ", on kernels=" + own.size());
            }
            Iterator<AttentionRows> next = own.iterator();
            for (AttentionOptions attention : attentions) {
                add(subjects, attention, next, block++);
            }
        }
        return subjects;
    }

    private List<AttentionOptions> attentions(String vertex) {
        return model.net().getLayer(vertex).conf().getLayer() instanceof Attending attending
                ? List.copyOf(attending.attentions().values())
                : List.of();
    }

    private void add(List<Subject> subjects, AttentionOptions attention, Iterator<AttentionRows> rows, int block) {
        boolean some = attention.groups().values().stream().anyMatch(QueriesAndKeys::features);
        int before = 0; // heads of the groups in front
        for (AttentionOptions group : attention.groups().values()) {
            AttentionRows own = rows.next();
            for (int head = 0; head < group.heads() && (!some || features(group)); head++) {
                subjects.add(subject(own.queries()[head], own.keys()[head], new Place(block, before + head)));
            }
            before += group.heads();
        }
    }

    private static boolean features(AttentionOptions group) {
        return group.kind() != AttentionOptions.Kind.EXACT;
    }

    private Subject subject(double[][] queries, double[][] keys, Place place) {
        PerformerConfig config = model.info().model();
        boolean causal = config.attentionOptions().causal();
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
