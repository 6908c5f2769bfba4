package io.github.performer4j.core.cpu;

import io.github.performer4j.core.attention.FourierPositions;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Segments;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * Queries and keys of attention with the columns of {@link FourierPositions} behind those of each head, in the thread's memory; their gradients on the way back, and those of the parameters, sums
 * over the batch in its order. Without such positions rows are handed on as they are.
 */
final class FourierRows {
    private final Op.Attend op;
    private final FusedPass pass;
    private final Segments sequences; // null without positions
    private final FourierPositions positions; // null without
    private final int heads;
    private final int size; // D
    private double[] parameters; // [H,(2+2d)G]
    private double[][] derivatives; // of each head, both sides

    FourierRows(Op.Attend op, FusedPass pass) {
        this.op = op;
        this.pass = pass;
        positions = op.options().fourier();
        sequences = positions == null ? null : pass.sequences();
        heads = op.options().heads();
        size = op.headSize();
        if (positions != null) {
            int each = positions.places().parameters();
            Matrix table = pass.parameter(Op.Attend.FOURIER);
            parameters = new double[heads * each];
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] = table.get(i / each, i % each);
            }
            derivatives = new double[heads][parameters.length];
        }
    }

    /** Returns room for rows [B·T,H·(D+2GR)]; x itself without positions. */
    Matrix room(String name, Matrix x) {
        return positions == null ? x : pass.transientMatrix(name + op.writes().id(), heads * op.keySize());
    }

    /** Returns rows [B·T,H·D] with their columns. */
    Matrix wide(Matrix x, boolean query) {
        if (positions == null) {
            return x;
        }
        Matrix wide = room(query ? "wide queries" : "wide keys", x);
        int columns = positions.places().columns();
        float factor = (float) positions.factor(size);
        double[][] tables = new double[heads][];
        pass.kernels.tasks(
                heads,
                h -> tables[h] = positions
                        .places()
                        .columns(
                                parameters,
                                h * positions.places().parameters(),
                                query,
                                Math.toIntExact(pass.offset()),
                                pass.tokens,
                                positions.columnFactor(size)));
        pass.kernels.rows(x.rows(), (block, from, to) -> {
            float[] row = new float[size + columns];
            for (int r = from; r < to; r++) {
                for (int h = 0; h < heads; h++) {
                    x.block().read(x.at(r) + (long) h * size, row, 0, size);
                    for (int c = 0; c < size; c++) {
                        row[c] *= factor;
                    }
                    for (int c = 0; c < columns; c++) {
                        row[size + c] = (float) tables[h][sequences.place(r) * columns + c];
                    }
                    wide.block().write(wide.at(r) + (long) h * row.length, row, 0, row.length);
                }
            }
        });
        return wide;
    }

    /** Writes the gradient of rows [B·T,H·D] from that of their wide form, and keeps what it gives to the parameters. */
    void narrow(Matrix wide, boolean query, Matrix dx) {
        if (positions == null) {
            return;
        }
        int columns = positions.places().columns();
        int each = positions.places().parameters();
        float factor = (float) positions.factor(size);
        pass.kernels.tasks(heads, h -> {
            double[] sums = new double[pass.tokens * columns];
            float[] row = new float[size + columns];
            for (int r = 0; r < dx.rows(); r++) {
                wide.block().read(wide.at(r) + (long) h * row.length, row, 0, row.length);
                for (int c = 0; c < columns; c++) {
                    sums[sequences.place(r) * columns + c] += row[size + c];
                }
                for (int c = 0; c < size; c++) {
                    row[c] *= factor;
                }
                dx.block().write(dx.at(r) + (long) h * size, row, 0, size);
            }
            positions
                    .places()
                    .backward(
                            parameters,
                            h * each,
                            query,
                            Math.toIntExact(pass.offset()),
                            pass.tokens,
                            positions.columnFactor(size),
                            sums,
                            derivatives[h]);
        });
    }

    /** Writes the gradient of the parameters. */
    void finish() {
        if (positions != null) {
            Matrix gradient = pass.gradient(Op.Attend.FOURIER);
            int each = positions.places().parameters();
            for (int i = 0; i < parameters.length; i++) {
                gradient.set(i / each, i % each, (float) derivatives[i / each][i]);
            }
        }
    }
}
