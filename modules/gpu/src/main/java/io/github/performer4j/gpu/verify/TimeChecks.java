package io.github.performer4j.gpu.verify;

import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.DeviceMemoryException;
import io.github.performer4j.gpu.device.Product;
import io.github.performer4j.gpu.program.DeviceMemory;
import io.github.performer4j.gpu.program.DeviceStepper;
import io.github.performer4j.gpu.program.StepOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Times of attention and of a whole training step, and what of the device's own speed they come to: of a large product, and of writing memory. */
final class TimeChecks {
    private static final int REPEATS = 5;
    private static final double GIGA = 1e9;
    private static final double TERA = 1e12;

    /**
     * The sizes of what is timed.
     *
     * @param square rows and columns of the product, and 4 of its squares of bytes are written
     */
    record Sizes(int layers, int width, int heads, int features, int tokens, int square) {
        static Sizes defaults() {
            return new Sizes(12, 768, 12, 256, 8192, 8192);
        }
    }

    private final DeviceMemory memory;
    private final Watched watched;
    private final Sizes sizes;
    private double rate; // of products, operations a second

    TimeChecks(DeviceMemory memory, Watched watched, Sizes sizes) {
        this.memory = memory;
        this.watched = watched;
        this.sizes = sizes;
    }

    private interface Timed {
        void run();
    }

    /** Returns the shortest time, in seconds. */
    private double seconds(Timed timed) {
        double least = Double.POSITIVE_INFINITY;
        timed.run(); // warm
        for (int i = 0; i < REPEATS; i++) {
            memory.device().synchronize();
            long begun = System.nanoTime();
            timed.run();
            memory.device().synchronize();
            least = Math.min(least, (System.nanoTime() - begun) / GIGA);
        }
        return least;
    }

    private static Row row(String what, String format, Object... values) {
        return Row.told(what, String.format(Locale.ROOT, format, values));
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        limits(rows);
        for (boolean causal : new boolean[] {false, true}) {
            String kind = causal ? "causal" : "bidirectional";
            VerifyModel attention = VerifyModel.ofAttention(sizes.width(), sizes.heads(), sizes.features(), causal);
            rows.add(step("attention, forward and backward, " + kind, attention));
            VerifyModel model =
                    VerifyModel.of(sizes.layers(), sizes.width(), sizes.heads(), sizes.features(), 256, causal);
            rows.add(step("training step, " + sizes.layers() + " layers, " + kind, model));
        }
        return rows;
    }

    private void limits(List<Row> rows) {
        Device device = memory.device();
        int n = sizes.square();
        long values = (long) n * n;
        long a = memory.scratch().room("verify a", values);
        long b = memory.scratch().room("verify b", values);
        long c = memory.scratch().room("verify c", values);
        device.zero(a, values * Float.BYTES);
        device.zero(b, values * Float.BYTES);
        Product product = Product.of(n, n, n, a, b, c, 1);
        rate = product.operations() / seconds(() -> device.multiply(product));
        rows.add(row("product of " + n + " squared", "%.1f Tflop/s", rate / TERA));
        double written = values * Float.BYTES / seconds(() -> device.zero(c, values * Float.BYTES));
        rows.add(row("writing memory", "%.0f GB/s", written / GIGA));
    }

    private Row step(String name, VerifyModel model) {
        Stepper.Rows rows = model.rows(1, sizes.tokens(), 0);
        try (Stepper stepper =
                new DeviceStepper(List.of(memory), model.net(), new ModelArrays(model), StepOptions.defaults())) {
            watched.clear();
            stepper.step(List.of(rows), 0, 0, 1);
            double operations = watched.operations();
            int launches = watched.launches().values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            double seconds = seconds(() -> stepper.step(List.of(rows), 0, 0, 1));
            return row(
                    name + ", T=" + sizes.tokens() + ", E=" + sizes.width(),
                    "%.1f ms, %.0f tokens/s, %d kernels, %.2f Tflop of products, %.0f%% of the product's speed",
                    1e3 * seconds,
                    sizes.tokens() / seconds,
                    launches,
                    operations / TERA,
                    100 * operations / seconds / rate);
        } catch (DeviceException e) {
            boolean small = e instanceof DeviceMemoryException || e.getCause() instanceof DeviceMemoryException;
            return new Row(name, "not measured: " + e.getMessage(), small); // what does not fit is no fault
        }
    }
}
