package io.github.performer4j.core.cpu;

import io.github.performer4j.core.cpu.CpuPlace.Kind;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.kernels.layer.RmsNorm;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;

/**
 * {@link Op.Norm} on kernels; kept: two moments per row and group of columns, or one. A group is a row to the kernels.
 *
 * @param moments where they are kept
 */
record NormKernel(Op.Norm op, CpuPlace moments) implements CpuKernel {

    NormKernel(Op.Norm op) {
        this(
                op,
                new CpuPlace(
                        Kind.KEPT,
                        -1 - op.writes().id(),
                        op.writes().side(),
                        op.groups() * (op.rootMeanSquare() ? 1 : 2)));
    }

    @Override
    public boolean cheap() {
        return true;
    }

    @Override
    public List<Value> needs() {
        return List.of(op.x());
    }

    @Override
    public List<CpuPlace> keeps() {
        return List.of(moments);
    }

    @Override
    public void forward(CpuRows rows) {
        norm(rows, moments(rows));
    }

    @Override
    public void again(CpuRows rows) {
        if (op.rootMeanSquare()) {
            norm(rows, FusedMemory.task().matrix("moments", (rows.to - rows.from) * op.groups(), 1));
            return;
        }
        rows.pass.elements.layerNormAgain(
                split(rows.value(op.x())),
                rows.pass.parameter(op.gain()),
                bias(rows),
                moments(rows),
                split(rows.value(op.writes())));
    }

    /** Returns the bias; zeros where there is none. */
    private Matrix bias(CpuRows rows) {
        return op.bias() == null ? zeros(rows, "no bias") : rows.pass.parameter(op.bias());
    }

    private Matrix zeros(CpuRows rows, String name) {
        Matrix zeros = FusedMemory.task().matrix(name, 1, op.size());
        rows.pass.elements.fill(zeros, 0);
        return zeros;
    }

    private void norm(CpuRows rows, Matrix written) {
        if (op.rootMeanSquare()) {
            RmsNorm.forward(
                    split(rows.value(op.x())),
                    gain(rows),
                    (float) op.epsilon(),
                    split(rows.value(op.writes())),
                    written);
            return;
        }
        rows.pass.elements.layerNorm(
                split(rows.value(op.x())),
                rows.pass.parameter(op.gain()),
                bias(rows),
                (float) op.epsilon(),
                split(rows.value(op.writes())),
                written);
    }

    /** Returns a gain for each column. */
    private Matrix gain(CpuRows rows) {
        Matrix own = rows.pass.parameter(op.gain());
        if (!op.scalar()) {
            return own;
        }
        Matrix gains = FusedMemory.task().matrix("gain", 1, op.size());
        for (int c = 0; c < op.size(); c++) {
            gains.set(0, c, own.get(0, 0));
        }
        return gains;
    }

    private Matrix moments(CpuRows rows) {
        return split(rows.run.whole(moments).rows(rows.from, rows.to));
    }

    /** Returns rows without gaps as rows of one group each. */
    private Matrix split(Matrix x) {
        int columns = x.columns() / op.groups();
        return new Matrix(x.block(), x.offset(), x.rows() * op.groups(), columns, x.stride() / op.groups());
    }

    @Override
    public void backward(CpuRows rows) {
        Matrix dx = split(rows.gradient(op.x()));
        if (!rows.adds(op, 0)) {
            rows.pass.elements.fill(dx, 0);
        }
        Matrix error = split(rows.gradient(op.writes()));
        Matrix x = split(rows.value(op.x()));
        Matrix gain = gain(rows);
        Matrix kept = moments(rows);
        if (op.rootMeanSquare()) {
            Matrix sums = rows.run.sums.of(rows.block, op.gain());
            Matrix each = op.scalar() ? FusedMemory.task().matrix("gains", 1, op.size()) : sums;
            if (op.scalar()) {
                rows.pass.elements.fill(each, 0);
            }
            RmsNorm.gradient(error, x, gain, kept, dx, each);
            for (int c = 0; op.scalar() && c < op.size(); c++) {
                sums.set(0, 0, sums.get(0, 0) + each.get(0, c));
            }
            return;
        }
        rows.pass.elements.layerNormGradient(
                error,
                x,
                gain,
                kept,
                dx,
                rows.run.sums.of(rows.block, op.gain()),
                op.bias() == null ? zeros(rows, "no bias") : rows.run.sums.of(rows.block, op.bias()));
    }
}
