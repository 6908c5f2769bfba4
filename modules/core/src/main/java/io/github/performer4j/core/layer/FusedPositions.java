package io.github.performer4j.core.layer;

import io.github.performer4j.kernels.Matrix;

/** {@link PositionLayer} on kernels, {@code out = drop(x + P)}; nothing is kept. */
final class FusedPositions implements FusedLayer {
    private static final int SITE = 0;

    private final PositionLayer layer;
    private double[] wavelengths; // null until they are needed

    FusedPositions(PositionLayer layer) {
        this.layer = layer;
    }

    @Override
    public void forward(FusedPass pass, Matrix x, Matrix out) {
        layer.checkLength(pass.offset() + pass.tokens);
        Matrix table = table(pass);
        pass.kernels.rows(pass.rows(), (block, from, to) -> {
            pass.elements.copy(x.rows(from, to), out.rows(from, to));
            if (table != null) {
                addTable(table, from, to, pass, out);
            }
            drop(pass, out.rows(from, to), from);
        });
    }

    /** Returns the T rows of P that are used; null if nothing is added. */
    private Matrix table(FusedPass pass) {
        return switch (layer.getKind()) {
            case LEARNED -> {
                int offset = Math.toIntExact(pass.offset());
                yield pass.parameter("P").rows(offset, offset + pass.tokens);
            }
            case SINUSOIDAL -> pass.carry() == null ? pass.draw(layer.sinusoidal(pass.tokens)) : waves(pass);
            case NONE -> null;
        };
    }

    /** Returns the rows of a part: each is asked for once, so nothing is kept but their wavelengths. */
    private Matrix waves(FusedPass pass) {
        SinusoidalTable whole = layer.sinusoidal(pass.tokens);
        if (wavelengths == null) {
            wavelengths = whole.wavelengths();
        }
        Matrix table = pass.transientMatrix("waves", whole.width());
        float[] row = new float[whole.width()];
        for (int t = 0; t < pass.tokens; t++) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) whole.value(pass.offset() + t, i, wavelengths);
            }
            table.block().write(table.at(t), row, 0, row.length);
        }
        return table.rows(0, pass.tokens);
    }

    /** Adds the table to rows that may begin and end in the middle of a sequence. */
    private static void addTable(Matrix table, int from, int to, FusedPass pass, Matrix out) {
        for (int row = from; row < to; ) {
            int token = row % pass.tokens;
            int n = Math.min(to - row, pass.tokens - token);
            pass.elements.add(table.rows(token, token + n), out.rows(row, row + n));
            row += n;
        }
    }

    @Override
    public void backward(FusedPass pass, Matrix x, Matrix error, Matrix dx) {
        pass.kernels.rows(pass.rows(), (block, from, to) -> {
            pass.elements.copy(error.rows(from, to), dx.rows(from, to));
            drop(pass, dx.rows(from, to), from);
        });
        if (layer.getKind() == PositionLayer.Kind.LEARNED) {
            Matrix gradient = pass.gradient("P");
            pass.elements.fill(gradient, 0);
            int offset = Math.toIntExact(pass.offset());
            pass.kernels.rows(pass.tokens, (block, from, to) -> { // sums over the batch, in its order
                for (int b = 0; b < pass.batch; b++) {
                    int first = b * pass.tokens;
                    pass.elements.add(dx.rows(first + from, first + to), gradient.rows(offset + from, offset + to));
                }
            });
        }
    }

    private void drop(FusedPass pass, Matrix rows, int from) {
        if (pass.drops(layer.getDropout())) {
            pass.drop(rows, from, layer.getDropout(), SITE);
        }
    }
}
