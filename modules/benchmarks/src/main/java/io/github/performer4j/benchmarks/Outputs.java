package io.github.performer4j.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** What each engine writes when it is checked, and by which measure two engines' files are equal. */
final class Outputs {
    /** Name of the forward pass's result. */
    static final String FORWARD = "output";

    /** Before the name of the tensor whose gradient it is. */
    static final String GRADIENT = "gradient.";

    /** Before the name of a parameter as it is after one training step. */
    static final String UPDATED = "updated.";

    /**
     * One file.
     *
     * @param name of the tensor
     * @param length number of values
     * @param scale name of the tensor whose largest magnitude differences are measured by
     * @param before the input that is subtracted first, so that updates are compared; null for none
     */
    record Output(String name, long length, String scale, String before) {}

    private Outputs() {}

    /** Returns the files of a check. */
    static List<Output> of(Case c) {
        List<Output> all = new ArrayList<>();
        long forward = (long) c.batch() * c.tokens() * (c.work() == Work.TRAIN ? c.vocabulary() : c.width());
        all.add(new Output(FORWARD, forward, FORWARD, null));
        for (Tensor tensor : Tensors.inputs(c)) {
            if (List.of("q", "k", "v", "x").contains(tensor.name())) {
                all.add(gradient(tensor, tensor.name()));
            }
        }
        for (Tensor tensor : Tensors.parameters(c)) {
            // A bias of the keys shifts all scores of a row alike: softmax has no gradient there, and what engines
            // return is rounding.
            boolean none = c.attention() == AttentionKind.EXACT && tensor.name().endsWith("_bk");
            String like = none ? tensor.name().replace("_bk", "_bq") : tensor.name();
            all.add(gradient(tensor, like));
            if (c.work() == Work.TRAIN && !none) {
                all.add(new Output(UPDATED + tensor.name(), tensor.length(), UPDATED + tensor.name(), tensor.name()));
            }
        }
        return all;
    }

    private static Output gradient(Tensor tensor, String like) {
        return new Output(GRADIENT + tensor.name(), tensor.length(), GRADIENT + like, null);
    }
}
