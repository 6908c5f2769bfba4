package io.github.performer4j.core.engine;

import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;

/**
 * A program by loops in double arithmetic, one operation after the other; backward in reverse. It knows of a layer
 * what {@link ProgramPass} says, and nothing else.
 */
final class LoopsRunner implements ProgramRunner {
    private final LayerProgram program;
    private double[][][] values; // by number of the value, then row and column

    LoopsRunner(LayerProgram program) {
        this.program = program;
    }

    @Override
    public void forward(ProgramPass pass, List<Matrix> inputs, Matrix out) {
        LoopsEngine.FORWARD.incrementAndGet();
        values = new double[program.values()][][];
        values[program.inputs().get(0).id()] = read(inputs.get(0));
        for (Op op : program.ops()) {
            int rows = pass.batch() * pass.tokens(op.writes().side());
            double[][] y = new double[rows][op.writes().columns()];
            for (int i = 0; i < rows; i++) {
                forward(pass, op, i, y[i]);
            }
            values[op.writes().id()] = y;
        }
        write(values[program.output().id()], out);
    }

    private void forward(ProgramPass pass, Op op, int i, double[] y) {
        for (int j = 0; j < y.length; j++) {
            if (op instanceof Op.Linear linear) {
                Weight weight = linear.weight();
                Matrix w = pass.parameter(weight.name());
                y[j] = weight.bias() == null ? 0 : pass.parameter(weight.bias()).get(0, j);
                for (int k = 0; k < w.rows(); k++) {
                    y[j] += value(linear.x())[i][k] * w.get(k, j);
                }
            } else if (op instanceof Op.Add add) {
                y[j] = value(add.a())[i][j] + value(add.b())[i][j];
            } else if (op instanceof Op.Drop drop) {
                y[j] = value(drop.x())[i][j] * factor(pass, drop, i, j);
            } else {
                y[j] = Math.max(0, value(op.reads().get(0))[i][j]);
            }
        }
    }

    private double[][] value(Value value) {
        return values[value.id()];
    }

    /**
     * Returns 0 for what is dropped, else 1/(1 − p): 32 bits of draw ⌊n/2⌋ for entry n, the upper half for an even
     * one.
     */
    private static double factor(ProgramPass pass, Op.Drop op, int i, int j) {
        if (!pass.training()) {
            return 1;
        }
        long n = (long) i * op.writes().columns() + j;
        long bits = CounterRandom.draw(pass.dropoutKey(op), n / 2);
        long half = n % 2 == 0 ? bits >>> 32 : bits & 0xFFFFFFFFL;
        return half * 0x1.0p-32 < op.probability() ? 0 : 1 / (1 - op.probability());
    }

    @Override
    public void backward(ProgramPass pass, List<Matrix> inputs, Matrix error, List<Matrix> gradients) {
        LoopsEngine.BACKWARD.incrementAndGet();
        double[][][] d = new double[program.values()][][];
        for (Value input : program.inputs()) {
            d[input.id()] = new double[error.rows()][input.columns()];
        }
        program.ops()
                .forEach(op -> d[op.writes().id()] =
                        new double[error.rows()][op.writes().columns()]);
        d[program.output().id()] = read(error);
        for (int n = program.ops().size() - 1; n >= 0; n--) {
            backward(pass, program.ops().get(n), d);
        }
        write(d[program.inputs().get(0).id()], gradients.get(0));
    }

    private void backward(ProgramPass pass, Op op, double[][][] d) {
        double[][] dy = d[op.writes().id()];
        if (op instanceof Op.Linear linear) {
            backward(pass, linear, d[linear.x().id()], dy);
            return;
        }
        for (int i = 0; i < dy.length; i++) {
            for (int j = 0; j < dy[i].length; j++) {
                for (Value read : op.reads()) {
                    double slope = op instanceof Op.Drop drop
                            ? factor(pass, drop, i, j)
                            : op instanceof Op.Add || value(read)[i][j] > 0 ? 1 : 0;
                    d[read.id()][i][j] += slope * dy[i][j];
                }
            }
        }
    }

    private void backward(ProgramPass pass, Op.Linear op, double[][] dx, double[][] dy) {
        Weight weight = op.weight();
        Matrix w = pass.parameter(weight.name());
        for (int j = 0; j < w.columns(); j++) {
            double sum = 0;
            for (double[] row : dy) {
                sum += row[j];
            }
            if (weight.bias() != null) {
                pass.gradient(weight.bias()).set(0, j, (float) (weight.trained() ? sum : 0));
            }
            for (int k = 0; k < w.rows(); k++) {
                double dw = 0;
                for (int i = 0; i < dy.length; i++) {
                    dw += value(op.x())[i][k] * dy[i][j];
                    dx[i][k] += dy[i][j] * w.get(k, j);
                }
                pass.gradient(weight.name()).set(k, j, (float) (weight.trained() ? dw : 0));
            }
        }
    }

    private static double[][] read(Matrix x) {
        double[][] rows = new double[x.rows()][x.columns()];
        for (int i = 0; i < x.rows(); i++) {
            for (int j = 0; j < x.columns(); j++) {
                rows[i][j] = x.get(i, j);
            }
        }
        return rows;
    }

    private static void write(double[][] rows, Matrix x) {
        for (int i = 0; i < x.rows(); i++) {
            for (int j = 0; j < x.columns(); j++) {
                x.set(i, j, (float) rows[i][j]);
            }
        }
    }
}
