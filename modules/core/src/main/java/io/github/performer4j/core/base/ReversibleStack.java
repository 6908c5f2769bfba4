package io.github.performer4j.core.base;

import io.github.performer4j.core.engine.ProgramRunner;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.workspace.EnginePass;
import io.github.performer4j.core.workspace.FusedLayer;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A stack of reversible blocks on kernels (Gomez et al.: <em>The Reversible Residual Network</em>, arXiv 1707.04585; in Transformers arXiv 2001.04451), branch by branch:
 *
 * <pre>
 * forward    x₁ = x₂ = x;  x₁ += f₀(x₂), x₂ += g₀(x₁), x₁ += f₁(x₂) …   out = (x₁ + x₂)/2
 * backward   … f₁(x₂) again and back through it, x₁ −= f₁(x₂);  g₀(x₁) again …
 * </pre>
 *
 * <p>Of a forward pass the last x₁ and x₂ are kept, and nothing of the branches: what goes back through one is made again from its input, which the sum and the branch give back, in memory that all
 * branches share. Draws follow from seed, layer, step and micro-batch, so a branch that runs again is the same bits; its input is the first pass's but for the rounding of sums (and, with products in bfloat16, of operands that round the other way). Padded
 * rows stay 0 in both streams.
 *
 * @param branches f₀, g₀, f₁, g₁ …, each a program of one input
 */
public record ReversibleStack(List<ProgramRunner> branches) implements FusedLayer {
    /** What stands in the memory of a pass. */
    private enum Part {
        FIRST,
        SECOND,
        BRANCH,
        FIRST_GRADIENT,
        SECOND_GRADIENT,
        BRANCH_GRADIENT
    }

    /** Returns the stack of a layer, as engines prepare its branches; empty if a branch is to run as a graph, and so the layer. */
    public static Optional<FusedLayer> prepared(
            NeuralNetConfiguration conf, DataType type, List<LayerProgram> branches) {
        List<ProgramRunner> all = new ArrayList<>();
        for (LayerProgram branch : branches) {
            EngineLayer.prepared(conf, type, branch).ifPresent(all::add);
        }
        return all.size() == branches.size() ? Optional.of(new ReversibleStack(List.copyOf(all))) : Optional.empty();
    }

    /** {@inheritDoc} Each branch does, but for its input, which follows from the output. */
    @Override
    public boolean recovers() {
        return true;
    }

    @Override
    public boolean packs() {
        return branches.stream().allMatch(ProgramRunner::packs);
    }

    @Override
    public void forward(FusedPass pass, Matrix x, Matrix out) {
        Matrix first = pass.matrix(Part.FIRST, x.columns());
        Matrix second = pass.matrix(Part.SECOND, x.columns());
        Matrix branch = pass.transientMatrix(Part.BRANCH, x.columns());
        pass.kernels.rows(x.rows(), (block, from, to) -> {
            pass.elements.copy(x.rows(from, to), first.rows(from, to));
            pass.elements.copy(x.rows(from, to), second.rows(from, to));
        });
        EnginePass inner = new EnginePass(pass.forgetting());
        for (int i = 0; i < branches.size(); i++) {
            branches.get(i).forward(inner, List.of(i % 2 == 0 ? second : first), branch);
            add(pass, branch, 1, i % 2 == 0 ? first : second);
        }
        mean(pass, first, second, out);
    }

    @Override
    public void backward(FusedPass pass, Matrix x, Matrix error, Matrix dx) {
        int columns = x.columns();
        Matrix first = pass.matrix(Part.FIRST, columns);
        Matrix second = pass.matrix(Part.SECOND, columns);
        Matrix branch = pass.transientMatrix(Part.BRANCH, columns);
        Matrix ofFirst = pass.transientMatrix(Part.FIRST_GRADIENT, columns);
        Matrix ofSecond = pass.transientMatrix(Part.SECOND_GRADIENT, columns);
        Matrix ofBranch = pass.transientMatrix(Part.BRANCH_GRADIENT, columns);
        mean(pass, error, null, ofFirst);
        mean(pass, error, null, ofSecond);
        EnginePass inner = new EnginePass(pass);
        for (int i = branches.size() - 1; i >= 0; i--) {
            boolean f = i % 2 == 0;
            Matrix read = f ? second : first;
            branches.get(i).forward(inner, List.of(read), branch);
            add(pass, branch, -1, f ? first : second);
            branches.get(i).backward(inner, List.of(read), f ? ofFirst : ofSecond, List.of(ofBranch));
            add(pass, ofBranch, 1, f ? ofSecond : ofFirst);
        }
        pass.kernels.rows(dx.rows(), (block, from, to) -> {
            pass.elements.copy(ofFirst.rows(from, to), dx.rows(from, to));
            pass.elements.add(ofSecond.rows(from, to), dx.rows(from, to));
        });
    }

    /** {@code out = (a + b)/2}; b null for 0. */
    private static void mean(FusedPass pass, Matrix a, Matrix b, Matrix out) {
        pass.kernels.rows(out.rows(), (block, from, to) -> {
            pass.elements.fill(out.rows(from, to), 0);
            pass.elements.addScaled(a.rows(from, to), 0.5f, out.rows(from, to));
            if (b != null) {
                pass.elements.addScaled(b.rows(from, to), 0.5f, out.rows(from, to));
            }
        });
    }

    /** {@code y += factor · x} in rows that are not padded: what a branch writes elsewhere does not matter. */
    private static void add(FusedPass pass, Matrix x, float factor, Matrix y) {
        FloatBlock real = pass.mask;
        pass.kernels.rows(x.rows(), (block, from, to) -> {
            for (int row = from, end; row < to; row = end) {
                boolean padded = real != null && real.get(row) < 0.5f;
                for (end = row + 1; end < to && (real == null || real.get(end) < 0.5f == padded); end++) {}
                if (!padded) {
                    pass.elements.addScaled(x.rows(row, end), factor, y.rows(row, end));
                }
            }
        });
    }
}
