package io.github.performer4j.core.workspace;

import io.github.performer4j.core.draw.Draw;
import io.github.performer4j.core.state.Carry;
import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.core.state.SequenceState;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The passes of a runtime's steps, which are so short that what stays from token to token must not be made anew: parameters and draws wrapped as matrices, and what is made of weights for a sequence.
 *
 * <p>Parameters are followed only when their table is another object, so that a runtime whose arrays move gets a table anew, as Deeplearning4j's do. Not thread-safe.
 */
public final class StepPasses {
    private final FusedArrays parameters;
    private final FusedArrays gradients;
    private final Map<Draw, Wrapped> draws = new HashMap<>();
    private final Map<Object, Object> copies =
            new HashMap<>(); // good for one sequence, because between two the net may learn
    private Map<String, INDArray> followed;
    private Object sequence; // that the copies were made for

    private record Wrapped(INDArray array, Matrix matrix) {}

    /** Makes the passes of a runtime of these wrappers. */
    public StepPasses(FusedArrays parameters, FusedArrays gradients) {
        this.parameters = parameters;
        this.gradients = gradients;
    }

    /**
     * Returns the pass over the next tokens of one sequence, in inference.
     *
     * @param table the parameters
     * @param drawn gives the array of a draw of this moment
     * @param carry null where each token stands alone
     */
    public FusedPass next(
            Kernels kernels,
            int tokens,
            Map<String, INDArray> table,
            Draw.Key key,
            Function<Draw, INDArray> drawn,
            Carry carry,
            SequenceState state) {
        if (followed != table) {
            parameters.follow(table);
            followed = table;
            sequence = null;
        }
        if (sequence != state.sequence()) {
            copies.clear();
            sequence = state.sequence();
        }
        Function<Draw, Matrix> matrices = draw -> wrapped(draw, drawn.apply(draw));
        return new FusedPass(kernels, 1, tokens, null, false, null, parameters, gradients, key, matrices, false)
                .carrying(carry)
                .stepping(copies);
    }

    private Matrix wrapped(Draw draw, INDArray array) {
        Wrapped last = draws.get(draw);
        if (last == null || last.array() != array) {
            last = new Wrapped(array, NativeArrays.matrix(array));
            draws.put(draw, last);
        }
        return last.matrix();
    }
}
