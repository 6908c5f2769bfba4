package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.state.Carry;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.lang.ref.Reference;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What exact attention within a window sees on kernels: its own keys and values, and in a part of a sequence in front of them those of the last window − 1 tokens before, a copy of both
 * [B·(window − 1 + T),columns]. The earlier ones get a gradient where these go through the state: it is that of the part that left them.
 */
final class WindowCarry {
    private final Op.Attend op;
    private final FusedPass pass;
    private final int before;
    private final int tokens; // of a sequence, with those before

    /** Looks at a pass as the side of the keys sees it. */
    WindowCarry(Op.Attend op, FusedPass pass) {
        this.op = op;
        this.pass = pass;
        before = pass.carry() == null ? 0 : Math.max(0, op.options().window() - 1);
        tokens = before + pass.tokens;
    }

    Heads keys(Matrix own) {
        return heads(joined(op.keys(), own));
    }

    Heads values(Matrix own) {
        return heads(joined(op.values(), own));
    }

    Heads heads(Matrix rows) {
        return Heads.of(rows, pass.batch, op.options().heads());
    }

    /** Returns which of them are real, [B,window − 1 + T]; null if all are. */
    FloatBlock mask() {
        if (before == 0) {
            return pass.mask;
        }
        Matrix own = Matrix.of(pass.transientBlock("window own", pass.rows()), pass.rows(), 1);
        for (int r = 0; r < own.rows(); r++) {
            own.set(r, 0, pass.mask == null ? 1 : pass.mask.get(r));
        }
        return joined(op.seen(), own).block();
    }

    private Matrix rows(String name, int columns) {
        int all = pass.batch * tokens;
        return Matrix.of(pass.transientBlock(name, (long) all * columns), all, columns);
    }

    private Matrix joined(String name, Matrix own) {
        if (before == 0) {
            return own;
        }
        INDArray state = pass.carry().before(name, DataType.FLOAT, pass.batch, before, own.columns());
        Matrix last = state == null ? null : Matrix.of(pass.carry().block(state), pass.batch * before, own.columns());
        Matrix all = rows(name, own.columns());
        for (int b = 0; b < pass.batch; b++) {
            Matrix first = all.rows(b * tokens, b * tokens + before);
            if (last == null) {
                pass.elements.fill(first, 0);
            } else {
                pass.elements.copy(last.rows(b * before, (b + 1) * before), first);
            }
            pass.elements.copy(ownOf(own, b), all.rows(b * tokens + before, (b + 1) * tokens));
        }
        Reference.reachabilityFence(state);
        return all;
    }

    private Matrix ownOf(Matrix rows, int b) {
        return rows.rows(b * pass.tokens, (b + 1) * pass.tokens);
    }

    /** Leaves the last window − 1 of what {@link #keys}, {@link #values} and {@link #mask} gave to the next part. */
    void leave() {
        if (before > 0) {
            leave(op.keys(), op.k().columns());
            leave(op.values(), op.v().columns());
            leave(op.seen(), 1);
        }
    }

    private void leave(String name, int columns) {
        INDArray after = pass.carry().room(name, DataType.FLOAT, pass.batch, before, columns);
        Matrix to = Matrix.of(pass.carry().block(after), pass.batch * before, columns);
        Matrix all = rows(name, columns);
        for (int b = 0; b < pass.batch; b++) {
            pass.elements.copy(
                    all.rows(b * tokens + pass.tokens, (b + 1) * tokens), to.rows(b * before, (b + 1) * before));
        }
        pass.carry().after(name, after);
    }

    /** Returns where the gradient of keys or values is written: in its place, or with room for the earlier ones. */
    Matrix gradient(String name, Matrix own) {
        return before == 0 ? own : rows(name + " gradient", own.columns());
    }

    /** Adds what comes from behind, copies a part's own rows of what {@link #gradient} took to their place, and leaves those of the earlier ones to the part before. */
    void back(String name, Matrix gradient, Matrix own) {
        if (before == 0) {
            return;
        }
        addBehind(name, gradient);
        for (int b = 0; b < pass.batch; b++) {
            pass.elements.copy(gradient.rows(b * tokens + before, (b + 1) * tokens), ownOf(own, b));
        }
        if (pass.carry().wantsGradients()) {
            INDArray first = Carry.lasting(DataType.FLOAT, pass.batch, before, own.columns());
            Matrix to = Matrix.of(pass.carry().block(first), pass.batch * before, own.columns());
            for (int b = 0; b < pass.batch; b++) {
                pass.elements.copy(
                        gradient.rows(b * tokens, b * tokens + before), to.rows(b * before, (b + 1) * before));
            }
            pass.carry().gradientBefore(name, first);
            Reference.reachabilityFence(first);
        }
    }

    private void addBehind(String name, Matrix gradient) {
        INDArray behind = pass.carry().gradientAfter(name, DataType.FLOAT);
        for (int b = 0; b < pass.batch && behind != null; b++) {
            Matrix from = Matrix.of(pass.carry().block(behind), pass.batch * before, gradient.columns());
            pass.elements.add(
                    from.rows(b * before, (b + 1) * before), gradient.rows(b * tokens + pass.tokens, (b + 1) * tokens));
        }
        Reference.reachabilityFence(behind);
    }

    /** Ends the way back: what tells real rows from padding has no gradient. */
    void endBack() {
        if (before > 0) {
            pass.carry().gradientAfter(op.seen(), DataType.FLOAT);
            pass.carry().gradientBefore(op.seen(), null);
        }
    }
}
