package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Arrays;
import java.util.List;

/** {@link Op.Multiply} on kernels; the gradient of α is a sum in float64 within a block of rows. */
record MultiplyKernel(Op.Multiply op) implements CpuKernel {

    @Override
    public boolean cheap() {
        return true;
    }

    @Override
    public List<Value> needs() {
        return List.of(op.x());
    }

    private float[] factors(CpuRows rows) {
        float[] factors = new float[op.x().columns()];
        Arrays.fill(factors, rows.pass.parameter(op.factor()).get(0, 0));
        return factors;
    }

    @Override
    public void forward(CpuRows rows) {
        CpuWeight.scale(rows.value(op.x()), factors(rows), rows.value(op.writes()));
    }

    @Override
    public void backward(CpuRows rows) {
        Matrix error = rows.gradient(op.writes());
        Matrix x = rows.value(op.x());
        float[] a = new float[x.columns()];
        float[] b = new float[x.columns()];
        double sum = 0;
        for (int r = 0; r < x.rows(); r++) {
            x.block().read(x.at(r), a, 0, a.length);
            error.block().read(error.at(r), b, 0, b.length);
            for (int c = 0; c < a.length; c++) {
                sum += (double) a[c] * b[c];
            }
        }
        Matrix total = rows.run.sums.of(rows.block, op.factor());
        total.set(0, 0, (float) (total.get(0, 0) + sum));
        Matrix d = rows.own(op, op.x());
        CpuWeight.scale(d, factors(rows), d);
        rows.give(op, 0, d);
    }
}
