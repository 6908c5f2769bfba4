package io.github.performer4j.gpu.verify;

import io.github.performer4j.gpu.program.DeviceMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The gradient of Σ output ⊙ error by input and parameters, beside central differences of the device's own forward pass along it: {@code (L(x + hδ) − L(x − hδ))/2h = |g|} for δ = g/|g|.
 */
final class GradientChecks {
    private static final double STEP = 1e-2;
    private static final double BOUND = 1e-2;
    /** Features whose frames are fitted to the rows, through which no gradient flows; and those of both signs, whose denominators come near 0, so that differences are of no use. */
    private static final Set<String> LEFT_OUT =
            Set.of("oprf", "poisson", "hybrid-clustered", "trigonometric", "hybrid-gaussian");

    private GradientChecks() {}

    static List<Row> rows(DeviceMemory memory) {
        List<Row> rows = new ArrayList<>();
        for (VerifyCase c : VerifyCases.all()) {
            if (!LEFT_OUT.contains(c.name())) {
                rows.add(row(memory, c));
            }
        }
        return rows;
    }

    private static Row row(DeviceMemory memory, VerifyCase c) {
        CaseRun run = new CaseRun(memory, c);
        Map<String, float[]> gradient = run.tensors();
        gradient.remove(CaseRun.OUTPUT);
        gradient.remove(CaseRun.INPUT + 1);
        double squares = 0;
        for (float[] values : gradient.values()) {
            for (float value : values) {
                squares += (double) value * value;
            }
        }
        double norm = Math.sqrt(squares);
        run.move(gradient, STEP / norm);
        double above = run.loss();
        run.move(gradient, -2 * STEP / norm);
        double difference = (above - run.loss()) / (2 * STEP);
        double error = Math.abs(difference - norm) / norm;
        return new Row(
                "gradient, " + c.name(),
                "norm " + Verify.number(norm) + ", error " + Verify.number(error),
                error <= BOUND);
    }
}
