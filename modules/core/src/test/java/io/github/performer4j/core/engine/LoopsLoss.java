package io.github.performer4j.core.engine;

import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;

/** An output layer by {@link LoopsRunner}, all rows at once. */
record LoopsLoss(LossProgram program, LoopsRunner logits) implements LossRunner {

    @Override
    public void activate(ProgramPass pass, Matrix x, Matrix out) {
        logits.forward(pass, List.of(x), out);
        for (int i = 0; i < out.rows(); i++) {
            double partition = partition(out, i);
            for (int j = 0; j < out.columns(); j++) {
                out.set(i, j, (float) Math.exp(out.get(i, j) - partition));
            }
        }
    }

    private static double partition(Matrix z, int row) {
        double sum = 0;
        for (int j = 0; j < z.columns(); j++) {
            sum += Math.exp(z.get(row, j));
        }
        return Math.log(sum);
    }

    @Override
    public double loss(ProgramPass pass, Matrix x, int[] labels) {
        return loss(forward(pass, x), labels);
    }

    private Matrix forward(ProgramPass pass, Matrix x) {
        long values = (long) x.rows() * program.vocabulary();
        Matrix z = Matrix.of(FloatBlock.allocate(values), x.rows(), program.vocabulary());
        logits.forward(pass, List.of(x), z);
        return z;
    }

    private static double loss(Matrix z, int... labels) {
        double loss = 0;
        for (int i = 0; i < z.rows(); i++) {
            loss += labels[i] < 0 ? 0 : partition(z, i) - z.get(i, labels[i]);
        }
        return loss;
    }

    @Override
    public double differentiate(ProgramPass pass, Matrix x, int[] labels, float weight, Matrix dx) {
        Matrix z = forward(pass, x);
        double loss = loss(z, labels);
        for (int i = 0; i < z.rows(); i++) {
            double partition = partition(z, i);
            for (int j = 0; j < z.columns(); j++) {
                double share = Math.exp(z.get(i, j) - partition) - (j == labels[i] ? 1 : 0);
                z.set(i, j, labels[i] < 0 ? 0 : (float) (weight * share));
            }
        }
        logits.backward(pass, List.of(x), z, List.of(dx));
        return loss;
    }
}
