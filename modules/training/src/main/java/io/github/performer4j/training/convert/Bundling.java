package io.github.performer4j.training.convert;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.base.TokenMask;
import io.github.performer4j.core.layer.FeedForward;
import io.github.performer4j.core.model.BodyVertices;
import io.github.performer4j.core.model.FeedForwardChange;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.core.net.SnnkAdapters;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.batch.BatchEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Feed-forwards of a trained model bundled into random features (SNNK, arXiv 2310.13225, §4.2): {@code y = Ψ(n) Θ + b}, Ψ(n) = relu(n G + c), n what the feed-forward reads, in place of
 * {@code f(n W1 + b1) W2 + b2}, with Θ and b by ridge regression of what the trained one gives on a sample of data without labels ({@link RidgeSums}).
 *
 * <p>Blocks are fitted from the first on, each on what the blocks before it, already bundled, hand it. Nothing is trained; the model can be afterwards, as any other.
 */
public final class Bundling {
    /** Ridge over the mean diagonal, of sums over all rows. */
    public static final double RIDGE = 1e-6;

    /** Most features: products of all pairs of them are kept. */
    private static final int MOST = 4096;

    private static final int EVERY = 10; // batches of which one measures the error

    private final PerformerModel model;
    private final SortedSet<Integer> blocks;
    private final PerformerConfig config;
    private final double ridge;

    /**
     * What a block's fit came to.
     *
     * @param block its number, from 1
     * @param rows tokens that Θ was fitted to
     * @param error {@code |Y − ΨΘ − b|²/|Y − mean(Y)|²} on tokens that it was not fitted to; on those that it was, where the data is a handful of batches
     */
    public record Fitted(int block, long rows, double error) {}

    /**
     * Plans.
     *
     * @param model the trained model; not changed
     * @param blocks their numbers, from 1; empty for all
     * @param features M
     * @param ridge λ over the mean diagonal of ΨᵀΨ
     * @throws IllegalArgumentException if there is no such block, a block is bundled already, others are with another M, or the model has no plain blocks
     */
    public Bundling(PerformerModel model, List<Integer> blocks, int features, double ridge) {
        PerformerConfig old = model.info().model();
        Rule.that(features >= 1 && features <= MOST, "features must be from 1 to " + MOST, "features", features);
        Rule.that(ridge > 0 && ridge < 1, "the ridge must be between 0 and 1", "ridge", ridge);
        Rule.that(
                !LowRankAdapters.attached(model.net())
                        && SnnkAdapters.of(model.net()).isEmpty(),
                "a model with updates of low rank or adapters cannot be bundled: merge the updates, or bundle the model that adapters were trained on",
                "task",
                model.info().task().name());
        Rule.that(
                !old.reversible(),
                "blocks that are bundled are layers, and reversible ones are one layer",
                "model.reversible",
                old.reversible());
        this.model = model;
        this.ridge = ridge;
        this.blocks = new TreeSet<>(blocks);
        SortedSet<Integer> all = new TreeSet<>();
        for (int i = 1; i <= old.layers(); i++) {
            if (blocks.isEmpty()) {
                this.blocks.add(i);
            }
            if (FeedForwardChange.block(model.net(), i - 1).getFeedForward() == FeedForward.SNNK) {
                all.add(i);
            }
        }
        for (int block : this.blocks) {
            Rule.that(
                    block >= 1 && block <= old.layers(),
                    "there must be such a layer",
                    "layer",
                    block,
                    "layers",
                    old.layers());
            Rule.that(!all.contains(block), "a layer is bundled once", "layer", block);
        }
        int own = old.feedForward().features();
        Rule.that(
                own == 0 || own == features,
                "all bundled layers have as many features",
                "features",
                features,
                "model.feedForward.features",
                own);
        all.addAll(this.blocks);
        config = old.with(Map.of(
                "feedForward.snnk",
                all.stream().map(String::valueOf).collect(Collectors.joining(",")),
                "feedForward.features",
                features));
    }

    /**
     * Fits.
     *
     * @param texts the data, without labels; rows as the model reads them
     * @param tokens how many to look at, at least; less if there are no more
     * @param seed of the order of the data
     * @param listener hears of each block
     * @return a model of its own
     * @throws IOException if the data cannot be read
     */
    public PerformerModel fit(Corpus texts, long tokens, long seed, Consumer<Fitted> listener) throws IOException {
        List<BatchEncoder.Arrays> sample = sample(texts, tokens, seed);
        ComputationGraph net = FeedForwardChange.of(model.net(), config);
        for (int block : blocks) {
            listener.accept(fit(net, block - 1, sample));
        }
        return new PerformerModel(net, model.info().withModel(config));
    }

    private List<BatchEncoder.Arrays> sample(Corpus texts, long tokens, long seed) throws IOException {
        List<BatchEncoder.Arrays> sample = new ArrayList<>();
        double seen = 0;
        try (BatchStream stream = texts.batches(new AllTokens(texts.config().framing() == Framing.PACKED), true)
                .open(seed, 0)) {
            while (seen < tokens && stream.hasNext()) {
                Batch batch = stream.next();
                seen += batch.weight();
                sample.add(BatchEncoder.columns()
                        .encode(batch, model.net().params().dataType()));
            }
        }
        Rule.that(seen > 0, "the data must have a sequence with a token", "data", texts.path());
        return sample;
    }

    /** Fits one block of the new net, whose blocks before it are done. */
    private Fitted fit(ComputationGraph net, int block, List<BatchEncoder.Arrays> sample) {
        String name = PerformerConfig.blockVertex(block);
        String before = block == 0
                ? BodyVertices.front(net.getConfiguration(), config)
                : PerformerConfig.blockVertex(block - 1);
        BlockProbe probe = new BlockProbe(model.net(), block);
        Map<String, INDArray> own = net.getLayer(name).paramTable();
        INDArray w = own.get("W2");
        RidgeSums sums = new RidgeSums((int) w.size(0), (int) w.size(1));
        RidgeSums held = new RidgeSums((int) w.size(0), (int) w.size(1));
        for (int i = 0; i < sample.size(); i++) {
            BatchEncoder.Arrays inputs = sample.get(i);
            INDArray given = inputs.featureMasks() == null ? null : inputs.featureMasks()[0]; // may number sequences
            INDArray mask = TokenMask.real(given);
            INDArray x = net.output(List.of(before), false, inputs.features(), inputs.featureMasks())[0];
            net.clearLayerMaskArrays();
            INDArray[] fed = probe.run(x, given);
            INDArray n = real(fed[0], mask);
            INDArray psi = Transforms.relu(
                    n.mmul(own.get("W1")).addiRowVector(own.get("b1").reshape(1, -1)), false);
            (i % EVERY == EVERY - 1 ? held : sums).add(psi, real(fed[1], mask));
        }
        RidgeSums.Fit fit = sums.fit(ridge, own.containsKey("b2"));
        w.assign(fit.theta().castTo(w.dataType()));
        if (fit.bias() != null) {
            own.get("b2")
                    .assign(fit.bias()
                            .castTo(w.dataType())
                            .reshape(own.get("b2").shape()));
        }
        return new Fitted(block + 1, sums.rows(), (held.rows() > 0 ? held : sums).error(fit));
    }

    /** Returns the rows of real tokens, [N,E]. */
    private static INDArray real(INDArray x, INDArray mask) {
        INDArray rows = x.reshape(x.size(0) * x.size(1), x.size(2));
        if (mask == null) {
            return rows;
        }
        double[] seen = mask.dup('c').data().asDouble();
        int[] kept = java.util.stream.IntStream.range(0, seen.length)
                .filter(i -> seen[i] != 0)
                .toArray();
        return Nd4j.pullRows(rows, 1, kept);
    }
}
