package io.github.performer4j.training.run;

import io.github.performer4j.training.Rule;
import java.util.Arrays;
import java.util.TreeSet;

/**
 * What a run begins with: weights as drawn, or those of a trained model, of which a part may stay as it is, learn more slowly, begin to learn later, or learn updates of low rank or adapters only.
 *
 * @param model a model zip, or the folder of a run or a model; null to begin with weights as drawn
 * @param sha256 of the model's file; null until it has been read, and then a run that goes on finds the same
 * @param freeze what does not learn: {@code none}, {@code embedding} (all in front of the blocks), {@code body} (all but the head), a number of blocks with all in front of them, or {@code auto}: the
 *     embedding with updates of low rank or adapters, else nothing
 * @param layerDecay d in (0, 1]: block i of L learns at {@code d^(L−i)} of the rate, the embedding at {@code d^(L+1)}, final norm and head at all of it (arXiv 1801.06146, §3.2); of an encoder and a decoder each has its own L, and the embedding the larger
 * @param headSteps steps in which the head learns alone
 * @param rank of updates to the blocks' weights (LoRA, arXiv 2106.09685); 0 to train the weights themselves
 * @param alpha updates are multiplied by alpha/rank; 0 for 2·rank
 * @param weights names of the weights that are updated, with commas between
 * @param adapter {@code snnk:M}: adapters of M random features behind the blocks' sums (SNNK, arXiv 2310.13225), beside which the blocks' weights stay; {@code none}
 */
public record StartConfig(
        String model,
        String sha256,
        String freeze,
        double layerDecay,
        long headSteps,
        int rank,
        double alpha,
        String weights,
        String adapter) {
    private static final String SNNK = "snnk:";

    /** Largest rank; a higher one would be no low rank of any layer here. */
    private static final int MOST = 4096;

    /** Checks every value. */
    public StartConfig {
        Rule.that(
                freeze.matches("auto|none|embedding|body|[1-9]\\d{0,5}"),
                "start.freeze must be auto, none, embedding, body or a number of blocks",
                "freeze",
                freeze);
        Rule.that(layerDecay > 0 && layerDecay <= 1, "start.layerDecay must be in (0, 1]", "layerDecay", layerDecay);
        Rule.that(headSteps >= 0, "start.headSteps must not be negative", "headSteps", headSteps);
        Rule.that(rank >= 0 && rank <= MOST, "start.rank must be from 0 to " + MOST, "rank", rank);
        Rule.that(alpha >= 0 && Double.isFinite(alpha), "start.alpha must not be negative", "alpha", alpha);
        weights = String.join(",", new TreeSet<>(Arrays.asList(weights.split("[, ]+"))));
        Rule.that(
                adapter.matches("none|" + SNNK + "[1-9]\\d{0,4}"),
                "start.adapter must be none, or snnk: and a number of features, as snnk:64",
                "adapter",
                adapter);
        boolean adapted = !adapter.equals("none");
        Rule.that(
                rank == 0 || !adapted,
                "updates of low rank and adapters are two ways to fine-tune: set one",
                "rank",
                rank,
                "adapter",
                adapter);
        Rule.that(
                rank == 0 && !adapted || freeze.matches("auto|none|embedding"),
                "updates of low rank, and adapters, are to all blocks, so none of them can be frozen",
                "rank",
                rank,
                "adapter",
                adapter,
                "freeze",
                freeze);
        Rule.that(
                rank > 0 || alpha == 0,
                "start.alpha is of updates of low rank: set start.rank, too",
                "rank",
                rank,
                "alpha",
                alpha);
        boolean asked = !freeze.matches("auto|none") || layerDecay < 1 || headSteps > 0 || rank > 0 || adapted;
        boolean alone = model == null && (sha256 != null || asked);
        Rule.that(
                !alone,
                "what stays, learns slowly or learns later is of a trained model: name it (--from, start.model)",
                "freeze",
                freeze,
                "layerDecay",
                layerDecay,
                "headSteps",
                headSteps,
                "rank",
                rank,
                "adapter",
                adapter);
    }

    /** Returns a start with weights as drawn. */
    public static StartConfig drawn() {
        return of(null);
    }

    /** Returns a start with a trained model's weights. */
    public static StartConfig of(String model) {
        return new StartConfig(model, null, "auto", 1, 0, 0, 0, "Wq,Wv", "none");
    }

    /** Returns a copy that knows its model's file. */
    StartConfig withSha256(String value) {
        return new StartConfig(model, value, freeze, layerDecay, headSteps, rank, alpha, weights, adapter);
    }

    /** Returns whether the blocks' weights stay, and what learns stands beside them. */
    boolean apart() {
        return rank > 0 || features() > 0;
    }

    /** Returns M of the adapters; 0 for none. */
    int features() {
        return adapter.startsWith(SNNK) ? Integer.parseInt(adapter.substring(SNNK.length())) : 0;
    }

    /** Returns α of the updates. */
    double scale() {
        return alpha > 0 ? alpha : 2.0 * rank;
    }

    /** Returns how many parts do not learn: 0 none, 1 the embedding, 1 + n with n blocks; all of them with the body. */
    int frozen(int layers) {
        return switch (freeze) {
            case "auto" -> apart() ? 1 : 0;
            case "none" -> 0;
            case "embedding" -> 1;
            case "body" -> layers + 2;
            default -> {
                int blocks = Integer.parseInt(freeze);
                Rule.that(
                        blocks <= layers,
                        "start.freeze must not exceed the blocks",
                        "freeze",
                        blocks,
                        "layers",
                        layers);
                yield 1 + blocks;
            }
        };
    }
}
