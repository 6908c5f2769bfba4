package io.github.performer4j.studies;

import io.github.performer4j.core.feature.Estimator;
import io.github.performer4j.core.feature.GerfFeatures;
import io.github.performer4j.core.feature.Metric;
import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.kernels.product.DoubleProducts;
import io.github.performer4j.kernels.product.SymmetricEigen;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Mean squared errors that theory knows: of n draws with second moment Q each, of which ordered pairs in one block have the joint moment C,
 * {@code MSE = (Q − SM²)/n + pairs (C − SM²)/n²}, because blocks are independent and estimates unbiased.
 *
 * <p>For z = x + y, s = |z|², e = exp(−|x|² − |y|²):
 *
 * <ul>
 *   <li>GERF: {@code Q = e (1−4A)^D (1−8A)^{−D/2} exp(2(1−4A)/(1−8A) s)}, {@code C = e ρ(s)} for any A, because {@code exp(A|w|²)} only changes the
 *       scale of w; A = 0 is positive; OPRF, SADERF and ADERF have the A, and the coordinates of x and y, that they choose;
 *   <li>SDERF: the same with determinants of the matrix A; independent rows only;
 *   <li>hyperbolic, n = M/2: {@code Q = e (e^{2s} + 1)/2}, C = e times the mean of ρ over both signs;
 *   <li>trigonometric, n = M/2, with x − y: {@code Q = (1 + e^{−2|x−y|²})/(2e)}, C = ρ(−|x−y|²)/e, the mean over both signs.
 * </ul>
 *
 * ρ stands in {@link CoupledRows}. Sources: arXiv 2009.14794, 2205.15317, 2301.13856, 2302.00787.
 */
public final class ClosedForms {
    /** Sums of alternating terms as large as e^s lose all digits above this. */
    private static final double LARGEST_ALTERNATING = 20;
    /** A smaller share of SM² is rounding: the estimate is exact. */
    private static final double ROUNDING = 1e-14;

    private static final Map<String, Form> FORMS = new LinkedHashMap<>();

    static {
        FORMS.put("positive", (setting, head) -> (x, y, rows) -> gerf(0, x, y, rows, setting.features()));
        FORMS.put("hyperbolic", (setting, head) -> (x, y, rows) -> hyperbolic(x, y, rows, setting.features() / 2));
        FORMS.put(
                "trigonometric", (setting, head) -> (x, y, rows) -> trigonometric(x, y, rows, setting.features() / 2));
        FORMS.put("gerf", (setting, head) -> {
            double a = ((GerfFeatures) setting.map()).a();
            return (x, y, rows) -> gerf(a, x, y, rows, setting.features());
        });
        for (Estimator estimator : Estimator.values()) {
            FORMS.put(estimator.name().toLowerCase(Locale.ROOT), (setting, head) -> dense(estimator, setting, head));
        }
    }

    private ClosedForms() {}

    /** The form of a map, once it has seen the rows of a head. */
    private interface Form {
        Pair of(Setting setting, Head head);
    }

    /** Moments of a pair. */
    private interface Pair {
        /** Returns the moments; null if they are not known. */
        Two moments(double[] x, double[] y, CoupledRows rows);
    }

    /**
     * Moments of single draws.
     *
     * @param second Q
     * @param joint C; unused for independent rows
     * @param rows n
     */
    private record Two(double second, double joint, int rows) {}

    /**
     * Returns the mean squared error, averaged over a head's pairs; null if it is not known for one of them.
     *
     * @param head rows of length D
     */
    public static Double mse(Setting setting, Head head) {
        double[] errors = errors(setting, setting.projection(), head);
        if (errors == null) {
            return null;
        }
        double mean = Arrays.stream(errors).average().orElseThrow();
        return Double.isFinite(mean) ? mean : null;
    }

    /**
     * Returns √mse / exp(x·y), averaged over a head's pairs, with independent rows where the projection has no closed form: these bound the coupled ones,
     * or nearly so. Null if a map has none.
     *
     * @param head rows of length D
     */
    public static Double relativeError(Setting setting, Head head) {
        double[] errors = errors(setting, setting.projection(), head);
        errors = errors == null ? errors(setting, Projection.IID, head) : errors;
        if (errors == null) {
            return null;
        }
        double sum = 0;
        for (int p = 0; p < errors.length; p++) {
            sum += Math.sqrt(errors[p]) / head.kernel(p);
        }
        return sum / errors.length;
    }

    /** Returns the mean squared error of each pair; null if one is not known. */
    private static double[] errors(Setting setting, Projection projection, Head head) {
        Form form = FORMS.get(MapName.withoutNumber(setting.name()));
        CoupledRows coupling = CoupledRows.of(projection).orElse(null);
        if (form == null || coupling == null && projection != Projection.IID) {
            return null;
        }
        Pair pair = form.of(setting, head);
        double[] errors = new double[head.pairs().length];
        for (int p = 0; p < errors.length; p++) {
            Two two = pair.moments(head.query(p), head.key(p), coupling);
            if (two == null) {
                return null;
            }
            double square = head.kernel(p) * head.kernel(p);
            double n = two.rows;
            double mse = (two.second - square) / n;
            if (coupling != null) {
                mse += CoupledRows.pairs(two.rows, setting.headSize()) * (two.joint - square) / (n * n);
            }
            errors[p] = mse < ROUNDING * square ? 0 : mse;
        }
        return errors;
    }

    private static Two gerf(double a, double[] x, double[] y, CoupledRows rows, int features) {
        int d = x.length;
        double s = apart(x, y, 1);
        double lengths = Head.dot(x, x) + Head.dot(y, y);
        double log = d * Math.log(1 - 4 * a) - d / 2.0 * Math.log(1 - 8 * a) + 2 * (1 - 4 * a) / (1 - 8 * a) * s;
        double joint = rows == null ? 0 : Math.exp(-lengths) * rows.moment(d, s, 1);
        return new Two(Math.exp(log - lengths), joint, features);
    }

    private static Two hyperbolic(double[] x, double[] y, CoupledRows rows, int draws) {
        double s = apart(x, y, 1);
        double e = Math.exp(-Head.dot(x, x) - Head.dot(y, y));
        return new Two(e * (Math.exp(2 * s) + 1) / 2, rows == null ? 0 : e * bothSigns(rows, x.length, s), draws);
    }

    private static Two trigonometric(double[] x, double[] y, CoupledRows rows, int draws) {
        double s = apart(x, y, -1);
        if (rows != null && s > LARGEST_ALTERNATING) {
            return null;
        }
        double e = Math.exp(Head.dot(x, x) + Head.dot(y, y));
        return new Two(e * (1 + Math.exp(-2 * s)) / 2, rows == null ? 0 : e * bothSigns(rows, x.length, -s), draws);
    }

    private static double bothSigns(CoupledRows rows, int size, double s) {
        return (rows.moment(size, s, 1) + rows.moment(size, s, -1)) / 2;
    }

    private static Pair dense(Estimator estimator, Setting setting, Head head) {
        Metric metric = estimator.choose(Moments.of(head.queries()), Moments.of(head.keys()));
        if (metric.root() != null) {
            return (x, y, rows) -> rows == null ? full(metric, x, y, setting.features()) : null;
        }
        return (x, y, rows) ->
                gerf(metric.scalar(), in(metric.queries(), x), in(metric.keys(), y), rows, setting.features());
    }

    private static Two full(Metric metric, double[] x, double[] y, int features) {
        SymmetricEigen eigen = SymmetricEigen.of(metric.root(), metric.size());
        double log = -Head.dot(x, x) - Head.dot(y, y);
        for (double root : eigen.values()) {
            log += 2 * Math.log(root) - Math.log(2 * root * root - 1) / 2; // 1 − 4a = root², 1 − 8a = 2 root² − 1
        }
        double[] z = new double[x.length];
        for (int l = 0; l < z.length; l++) {
            z[l] = x[l] + y[l];
        }
        log += 2 * Head.dot(z, in(eigen.apply(root -> root * root / (2 * root * root - 1)), z));
        return new Two(Math.exp(log), 0, features);
    }

    /** Returns |x ± y|². */
    private static double apart(double[] x, double[] y, int sign) {
        double sum = 0;
        for (int l = 0; l < x.length; l++) {
            sum += (x[l] + sign * y[l]) * (x[l] + sign * y[l]);
        }
        return sum;
    }

    /** Returns xC; x for C = null. */
    private static double[] in(double[] matrix, double[] x) {
        return matrix == null ? x : DoubleProducts.multiply(x, matrix, 1, x.length, x.length);
    }
}
