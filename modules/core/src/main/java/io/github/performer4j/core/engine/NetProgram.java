package io.github.performer4j.core.engine;

import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.core.program.Op;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A net as a chain of programs: token ids go into the first, each other reads what the one before writes, and a loss ends it. What a {@link Stepper} trains.
 *
 * @param stages in the order of execution; the first looks ids up
 * @param head logits, of what the last stage writes
 * @param parameters N, the length of the net's one array of parameters
 * @param stretches of that array, each with a rule of its own
 */
public record NetProgram(List<Stage> stages, Head head, long parameters, List<Stretch> stretches) {

    /**
     * One layer.
     *
     * @param layer its name
     * @param program of one input, [B·T,n] → [B·T,columns]
     * @param places where each parameter of the program begins in the net's array
     * @param draws its draws
     */
    public record Stage(String layer, LayerProgram program, Map<String, Long> places, Draws draws) {}

    /**
     * The loss.
     *
     * @param layer its name
     * @param places where each parameter of its program begins in the net's array
     */
    public record Head(String layer, LossProgram program, Map<String, Long> places, Draws draws) {}

    /**
     * Parameters that are updated alike, by Adam with decoupled weight decay (arXiv 1711.05101): {@code p −= rate·(m̂/(√v̂ + ε/√(1 − β₂ᵗ)) + decay·p)}.
     *
     * @param from index of the first in the net's array
     * @param length how many there are
     * @param decay λ
     * @param first index in the net's array of the updater's state of the first moment of {@code from}
     * @param second the same of the second moment
     */
    public record Stretch(
            long from,
            long length,
            double beta1,
            double beta2,
            double epsilon,
            double decay,
            long first,
            long second) {}

    /** The draws of a layer in the training step that its net's counters say. */
    public interface Draws {

        /** Checks that the layer takes sequences of a length. */
        void checkLength(int tokens);

        /** Returns W of an attention, [draws,D]; the same array as long as it holds the same values. */
        INDArray projection(Op.Attend op);

        /** Returns the key of a dropout's draws, see {@link ProgramPass#dropoutKey}. */
        long dropoutKey(Op.Drop op, int microBatch);
    }
}
