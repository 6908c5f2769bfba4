package io.github.performer4j.training.convert;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Sums over rows for ridge regression in float64, so that rows need not be kept: of Ψ [N,M] and Y [N,C]
 *
 * <pre>
 * Θ = (ΨᵀΨ + λI)⁻¹ ΨᵀY,   λ = ridge · tr(ΨᵀΨ)/M
 * </pre>
 *
 * <p>With an intercept b, Ψ and Y are less their means in this, but for λ, and {@code b = mean(Y) − mean(Ψ) Θ}.
 */
final class RidgeSums {
    private final INDArray squares; // ΨᵀΨ
    private final INDArray products; // ΨᵀY
    private final INDArray features; // sums of Ψ, [1,M]
    private final INDArray outputs; // sums of Y, [1,C]
    private double energy; // |Y|²
    private long rows;

    RidgeSums(int features, int outputs) {
        this.squares = Nd4j.zeros(DataType.DOUBLE, features, features);
        this.products = Nd4j.zeros(DataType.DOUBLE, features, outputs);
        this.features = Nd4j.zeros(DataType.DOUBLE, 1, features);
        this.outputs = Nd4j.zeros(DataType.DOUBLE, 1, outputs);
    }

    /**
     * What was fitted.
     *
     * @param theta Θ, [M,C] float64
     * @param bias b, [1,C]; null for none
     */
    record Fit(INDArray theta, INDArray bias) {}

    /**
     * Adds rows.
     *
     * @param psi Ψ, [N,M]
     * @param y Y, [N,C]
     */
    void add(INDArray psi, INDArray y) {
        INDArray p = psi.castTo(DataType.DOUBLE);
        INDArray out = y.castTo(DataType.DOUBLE);
        squares.addi(p.transpose().mmul(p));
        products.addi(p.transpose().mmul(out));
        features.addi(p.sum(true, 0));
        outputs.addi(out.sum(true, 0));
        energy += out.mul(out).sumNumber().doubleValue();
        rows += p.size(0);
    }

    /** Returns the number of rows. */
    long rows() {
        return rows;
    }

    /**
     * Fits.
     *
     * @param ridge λ over the mean diagonal of ΨᵀΨ, positive
     * @param intercept whether there is b
     * @throws IllegalArgumentException if there is no row
     */
    Fit fit(double ridge, boolean intercept) {
        if (rows == 0) {
            throw new IllegalArgumentException("a fit needs a row; rows=0");
        }
        INDArray a = squares.dup();
        INDArray c = products.dup();
        if (intercept) {
            a.subi(features.transpose().mmul(features).divi(rows));
            c.subi(features.transpose().mmul(outputs).divi(rows));
        }
        int m = Math.toIntExact(a.size(0));
        double trace = 0;
        for (int i = 0; i < m; i++) {
            trace += squares.getDouble(i, i);
        }
        double lambda = ridge * trace / m;
        a.addi(Nd4j.eye(m).castTo(DataType.DOUBLE).muli(lambda));
        a = a.add(a.transpose()).muli(0.5); // products may differ in the last bits, and differences in more
        RealMatrix matrix = new Array2DRowRealMatrix(a.toDoubleMatrix(), false);
        double[][] solved = new CholeskyDecomposition(matrix, 0, 0) // symmetric to the last bit
                .getSolver()
                .solve(new Array2DRowRealMatrix(c.toDoubleMatrix(), false))
                .getData();
        INDArray theta = Nd4j.createFromArray(solved);
        return new Fit(theta, intercept ? outputs.sub(features.mmul(theta)).divi(rows) : null);
    }

    /** Returns the error of a fit on these rows, {@code |Y − ΨΘ − b|²/|Y − mean(Y)|²}: 1 is that of a constant. */
    double error(Fit fit) {
        double left = energy
                - 2 * fit.theta().mul(products).sumNumber().doubleValue()
                + fit.theta().mul(squares.mmul(fit.theta())).sumNumber().doubleValue();
        if (fit.bias() != null) {
            INDArray fitted = features.mmul(fit.theta()); // sums of ΨΘ
            left += rows * fit.bias().mul(fit.bias()).sumNumber().doubleValue()
                    + 2 * fit.bias().mul(fitted.subi(outputs)).sumNumber().doubleValue();
        }
        double variance = energy - outputs.mul(outputs).sumNumber().doubleValue() / rows;
        return left / variance;
    }
}
