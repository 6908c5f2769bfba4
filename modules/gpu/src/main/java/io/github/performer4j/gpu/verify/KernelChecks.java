package io.github.performer4j.gpu.verify;

import io.github.performer4j.gpu.device.KernelSource;
import io.github.performer4j.gpu.program.DeviceMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Cases beside their golden vectors: for each kernel the largest error of all cases that launch it, per tensor max|a − b| / max|b|. */
final class KernelChecks {
    /** A tensor smaller than this share of a case's largest is compared with that share: what is left of it is rounding. */
    private static final double NOTHING = 1e-2;

    /** What is known of a kernel. */
    private record Seen(int cases, double worst, String where) {
        Seen with(double error, String tensor) {
            return error > worst || where.isEmpty()
                    ? new Seen(cases + 1, error, tensor)
                    : new Seen(cases + 1, worst, where);
        }
    }

    private final DeviceMemory memory;
    private final Watched watched;
    private final Golden golden;
    private final double bound;

    /**
     * Prepares checks.
     *
     * @param memory of the device that is watched
     * @param bound the largest error that passes
     */
    KernelChecks(DeviceMemory memory, Watched watched, Golden golden, double bound) {
        this.memory = memory;
        this.watched = watched;
        this.golden = golden;
        this.bound = bound;
    }

    private String worst; // tensor of the last case

    /** Returns the largest error of a case; infinite where something is missing or not finite. */
    private double error(VerifyCase c, Map<String, float[]> expected) {
        Map<String, float[]> actual = new CaseRun(memory, c).tensors();
        double most = 0;
        for (float[] values : expected.values()) {
            most = Math.max(most, largest(values));
        }
        double error = 0;
        worst = c.name();
        for (Map.Entry<String, float[]> tensor : expected.entrySet()) {
            double scale = Math.max(largest(tensor.getValue()), NOTHING * most);
            double own = difference(actual.get(tensor.getKey()), tensor.getValue()) / scale;
            if (!(own <= error)) {
                error = Double.isNaN(own) ? Double.POSITIVE_INFINITY : own;
                worst = c.name() + ": " + tensor.getKey();
            }
        }
        return error;
    }

    private static double largest(float[] values) {
        double most = 0;
        for (float value : values) {
            most = Math.max(most, Math.abs(value));
        }
        return most;
    }

    private static double difference(float[] a, float[] b) {
        if (a == null || a.length != b.length) {
            return Double.POSITIVE_INFINITY;
        }
        double most = 0;
        for (int i = 0; i < a.length; i++) {
            double d = Math.abs((double) a[i] - b[i]);
            most = d <= most ? most : Double.isNaN(d) ? Double.POSITIVE_INFINITY : d;
        }
        return most;
    }

    /** Runs all cases; a row for each kernel, and one for each case that has no golden vectors. */
    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        Map<String, Seen> kernels = new TreeMap<>();
        for (VerifyCase c : VerifyCases.all()) {
            Map<String, float[]> expected = golden.cases().get(c.name());
            if (expected == null) {
                rows.add(new Row("case " + c.name(), "no golden vectors: pack again", false));
                continue;
            }
            watched.clear();
            double error = error(c, expected);
            for (String kernel : watched.launches().keySet()) {
                Seen seen = kernels.getOrDefault(kernel, new Seen(0, 0, ""));
                kernels.put(kernel, seen.with(error, worst));
            }
        }
        kernels.forEach((kernel, seen) -> rows.add(new Row(
                "kernel " + kernel,
                seen.cases() + " cases, error " + Verify.number(seen.worst()) + " (" + seen.where() + ")",
                seen.worst() <= bound)));
        List<String> others = new ArrayList<>(KernelSource.kernels());
        others.removeAll(kernels.keySet());
        rows.add(Row.told("kernels of no case", String.join(", ", others)));
        return rows;
    }
}
