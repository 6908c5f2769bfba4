package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Parameter;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.gpu.device.Product;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.OrthogonalFrame;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights as products read them, made of parameters once a pass, and their gradients taken back to the parameters. Orthogonal ones are made on the host, of small matrices, by
 * {@link OrthogonalFrame}.
 */
final class DeviceWeights {
    /**
     * A weight.
     *
     * @param w [in,out]; of a table [out,in]
     * @param b [out]; 0 for none
     */
    private record Made(long w, long b) {}

    private final DeviceRun run;
    private final Map<Weight, OrthogonalFrame> frames;
    private final Map<Weight, Made> made = new LinkedHashMap<>();

    /**
     * Begins a pass.
     *
     * @param frames kept from pass to pass
     */
    DeviceWeights(DeviceRun run, Map<Weight, OrthogonalFrame> frames) {
        this.run = run;
        this.frames = frames;
    }

    /** out = x W + b. */
    void product(Op.Linear op) {
        Weight weight = op.weight();
        Made own = made(weight);
        int rows = run.rows(op.writes());
        long out = run.value(op.writes());
        Product product = Product.of(rows, weight.out(), weight.in(), run.value(op.x()), own.w(), out, 1);
        run.launches.multiply(weight instanceof Weight.Tied ? product.transposingB() : product);
        if (own.b() != 0) {
            long n = (long) rows * weight.out();
            run.launches.values("add_row", n, out, own.b(), out, n, weight.out());
        }
    }

    /** dx = or += d Wᵀ, dW = or += xᵀ d, db = or += Σ d. */
    void back(Op.Linear op) {
        Weight weight = op.weight();
        Made own = made(weight);
        int rows = run.rows(op.writes());
        int in = weight.in();
        int out = weight.out();
        long d = run.gradient(op.writes());
        boolean tied = weight instanceof Weight.Tied;
        Product back = Product.of(rows, in, out, d, own.w(), run.gradient(op.x()), 1);
        run.launches.multiply((tied ? back : back.transposingB()).scaled(1, run.adds(op.x()) ? 1 : 0));
        if (!weight.trained()) {
            return;
        }
        long dw = direct(weight) ? run.pass.gradient(weight.name()) : room("dw", weight, (long) in * out);
        Object key = direct(weight) ? weight.name() : List.of("dw", weight);
        long x = run.value(op.x());
        Product sum = tied ? Product.of(out, in, rows, d, x, dw, 1) : Product.of(in, out, rows, x, d, dw, 1);
        run.launches.multiply(sum.transposingA().scaled(1, run.adds(key) ? 1 : 0));
        if (weight.bias() != null) {
            long db = direct(weight) ? run.pass.gradient(weight.bias()) : room("db", weight, out);
            Object biasKey = direct(weight) ? weight.bias() : List.of("db", weight);
            run.launches.columns("column_sums", out, 1, d, rows, out, db, Launches.flag(run.adds(biasKey)));
        }
    }

    private static boolean direct(Weight weight) {
        return weight instanceof Weight.Plain || weight instanceof Weight.Tied;
    }

    private long room(String what, Weight weight, long values) {
        return run.scratch.room(List.of(what, weight), values);
    }

    private Made made(Weight weight) {
        Made known = made.get(weight);
        if (known == null) {
            known = make(weight);
            made.put(weight, known);
        }
        return known;
    }

    private Made make(Weight weight) {
        long n = (long) weight.in() * weight.out();
        long bias = weight.bias() == null ? 0 : run.pass.parameter(weight.bias());
        if (weight instanceof Weight.Scaled scaled) {
            long w = room("w", weight, n);
            run.launches.values("scale", n, run.pass.parameter(weight.name()), (float) scaled.factor(), w, n, 0);
            return new Made(w, 0);
        }
        if (weight instanceof Weight.Orthogonal) {
            Matrix w = frame(weight).of(CpuKernels.shared(), run.pass.host(weight.name()));
            long to = room("w", weight, n);
            Host.write(run.device, w, to);
            return new Made(to, bias);
        }
        if (weight instanceof Weight.PerHead each) {
            Made plain = made(each.plain());
            long rho = run.pass.parameter(each.rho());
            return new Made(
                    grouped("w", each, plain.w(), rho, n),
                    plain.b() == 0 ? 0 : grouped("b", each, plain.b(), rho, each.out()));
        }
        return new Made(run.pass.parameter(weight.name()), bias);
    }

    private OrthogonalFrame frame(Weight weight) {
        return frames.computeIfAbsent(weight, w -> new OrthogonalFrame(w.in(), w.out()));
    }

    private long grouped(String what, Weight.PerHead each, long from, long rho, long n) {
        long to = room(what, each, n);
        run.launches.values("scale_groups", n, from, rho, to, n, each.out(), each.heads());
        return to;
    }

    /** Ends a backward pass: takes gradients of made weights back to their parameters. */
    void finish() {
        for (Weight weight : List.copyOf(made.keySet())) {
            if (!direct(weight) && run.has(List.of("dw", weight))) {
                long db = weight.bias() == null ? 0 : room("db", weight, weight.out());
                finish(weight, room("dw", weight, (long) weight.in() * weight.out()), db);
            }
        }
    }

    private void finish(Weight weight, long dw, long db) {
        long n = (long) weight.in() * weight.out();
        if (weight instanceof Weight.PerHead each) {
            Made own = made(each);
            long rho = run.pass.parameter(each.rho());
            long dRho = run.pass.gradient(each.rho());
            if (!run.adds(each.rho())) {
                run.launches.fill(dRho, each.heads(), 0);
            }
            back(each, dw, own.w(), each.in(), rho, dRho);
            if (db != 0) {
                back(each, db, own.b(), 1, rho, dRho);
            }
            finish(each.plain(), dw, db);
            return;
        }
        long to = run.pass.gradient(weight.name());
        if (weight instanceof Weight.Orthogonal) {
            Matrix gradient = Matrix.allocate(weight.in(), weight.out());
            Host.read(run.device, dw, gradient);
            frame(weight).back(CpuKernels.shared(), gradient);
            Host.write(run.device, gradient, dw);
        }
        float factor = weight instanceof Weight.Scaled scaled ? (float) scaled.factor() : 1;
        run.launches.values("scale", n, dw, factor, to, n, Launches.flag(run.adds(weight.name())));
        if (db != 0) {
            run.launches.copy(db, run.pass.gradient(weight.bias()), weight.out(), run.adds(weight.bias()));
        }
    }

    /** Adds to dρ, and makes of the gradient of what was scaled that of what it was before. */
    private void back(Weight.PerHead each, long d, long scaled, int rows, long rho, long dRho) {
        int columns = each.out();
        run.launches.rows("group_gradient", each.heads(), d, scaled, rows, columns, each.heads(), dRho);
        long n = (long) rows * columns;
        run.launches.values("scale_groups", n, d, rho, d, n, columns, each.heads());
    }

    /** Sets the gradients of parameters that got none to 0: of those that are not trained, and of what did not run. */
    void clearOthers() {
        for (Parameter parameter : run.program.parameters()) {
            if (parameter.kind() != Parameter.Kind.STATE && !run.has(parameter.name())) {
                long n = parameter.shape().stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
                run.launches.fill(run.pass.gradient(parameter.name()), n, 0);
            }
        }
    }
}
