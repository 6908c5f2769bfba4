package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Weight;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;

/** {@link Weight.PerHead} in a pass: W' and b' are made once, so that nothing is done per token. */
final class CpuPerHead implements CpuWeight {
    private final Weight.PerHead each;
    private final CpuWeight plain;
    private final float[] factors; // per column
    private final Matrix w;
    private final Matrix b;

    CpuPerHead(FusedPass pass, CpuPlan plan, Weight.PerHead each) {
        this.each = each;
        plain = CpuWeight.of(pass, plan, each.plain());
        Matrix rho = pass.parameter(each.rho());
        Matrix bias = plain.b();
        factors = new float[each.out()];
        for (int j = 0; j < factors.length; j++) {
            factors[j] = (float) Math.exp(rho.get(0, head(j)) / 2);
        }
        Matrix all = FusedMemory.phase().matrix(List.of("per head", plan.number(each)), each.in() + 1, factors.length);
        w = all.rows(0, each.in());
        CpuWeight.scale(plain.w(), factors, w);
        b = bias == null ? null : all.rows(each.in(), each.in() + 1);
        if (bias != null) {
            CpuWeight.scale(bias, factors, b);
        }
    }

    private int head(int column) {
        return column / (each.out() / each.heads());
    }

    @Override
    public Matrix w() {
        return w;
    }

    @Override
    public Matrix b() {
        return b;
    }

    @Override
    public Weight weight() {
        return each;
    }

    /** {@inheritDoc} Adds this weight's share to ρ's gradient. */
    @Override
    public void finish(FusedPass pass) {
        if (!each.trained()) {
            return;
        }
        Matrix dRho = pass.gradient(each.rho());
        finish(w, pass.gradient(each.name()), dRho);
        if (b != null) {
            finish(b, pass.gradient(each.bias()), dRho);
        }
        plain.finish(pass);
    }

    private void finish(Matrix scaled, Matrix gradient, Matrix dRho) {
        int width = factors.length;
        double[] sums = new double[dRho.columns()];
        float[] d = new float[width];
        float[] row = new float[width];
        for (int i = 0; i < gradient.rows(); i++) {
            gradient.block().read(gradient.at(i), d, 0, width);
            scaled.block().read(scaled.at(i), row, 0, width);
            for (int j = 0; j < width; j++) {
                sums[head(j)] += (double) d[j] * row[j] / 2;
            }
        }
        CpuWeight.scale(gradient, factors, gradient);
        for (int h = 0; h < sums.length; h++) {
            dRho.set(0, h, (float) (dRho.get(0, h) + sums[h]));
        }
    }
}
