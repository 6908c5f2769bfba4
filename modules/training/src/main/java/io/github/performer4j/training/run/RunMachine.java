package io.github.performer4j.training.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.performer4j.core.engine.Engine;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.KernelProperties;
import io.github.performer4j.kernels.machine.Precision;
import io.github.performer4j.kernels.product.ProductLibrary;
import io.github.performer4j.training.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What the last bits of a run's numbers depend on, beside its configuration and data; kept as {@code machine.json} in the run folder. A run
 * may go on where it differs, and says so.
 *
 * @param engine name of what computes the layers; in any case in the file
 * @param arithmetic what else the engine says that last bits depend on; null for nothing
 * @param products what multiplies matrices; null where that is no choice of ours
 * @param vector whether the element-wise part runs on the Vector API
 * @param precision of layers' products; null for float32
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunMachine(String engine, String arithmetic, ProductLibrary products, boolean vector, String precision) {
    /** Name of its file in a run folder. */
    static final String FILE = "machine.json";

    RunMachine {
        engine = engine.toLowerCase(Locale.ROOT); // the first files have it in capitals
    }

    /** Returns what this process computes float32 nets with. */
    static RunMachine here() {
        Engine engine = Engines.of(DataType.FLOAT);
        boolean kernels = Engines.kernels(DataType.FLOAT);
        return new RunMachine(
                engine.name(),
                engine.arithmetic().orElse(null),
                kernels ? CpuKernels.products() : null,
                kernels && CpuKernels.vectorized(),
                kernels ? precision(KernelProperties.precision()) : null);
    }

    private static String precision(Precision products) {
        return products == Precision.FLOAT32 ? null : products.label();
    }

    /** Returns what a run folder says; null if it says nothing. */
    static RunMachine read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        return Files.exists(file) ? Json.read(Json.object(Files.readString(file)), RunMachine.class) : null;
    }

    /** Returns the file's content. */
    byte[] toBytes() {
        return Json.pretty(this).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns one line on what is other than it was; null if nothing is. */
    String difference(RunMachine was) {
        return was == null || equals(was)
                ? null
                : "goes on with other arithmetic, whose "
                        + (Objects.equals(precision, was.precision)
                                ? "last bits differ"
                                : "products differ in the " + (rounds() || was.rounds() ? "third" : "fifth") + " digit")
                        + ": was " + was + ", is " + this;
    }

    private boolean rounds() {
        return Precision.BFLOAT16.label().equals(precision);
    }

    /** Returns all of it in words. */
    @Override
    public String toString() {
        return "engine " + engine
                + (arithmetic == null ? "" : ", " + arithmetic)
                + (products == null ? "" : ", products by " + products + (vector ? ", Vector API" : ", plain Java"))
                + (precision == null ? "" : ", products in " + precision);
    }
}
