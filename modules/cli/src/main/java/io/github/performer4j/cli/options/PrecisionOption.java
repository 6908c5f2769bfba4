package io.github.performer4j.cli.options;

import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.KernelProperties;
import java.util.Locale;
import picocli.CommandLine.Option;

/** {@code --precision} of commands that use a model on the processor. */
public final class PrecisionOption {
    /** In what products with weights are. */
    enum Products {
        FLOAT32,
        BFLOAT16
    }

    @Option(
            names = "--precision",
            paramLabel = "P",
            description =
                    "Of products with weights: float32 (default), or bfloat16, which reads half the memory (processors that multiply it; sums are float32).")
    private Products precision;

    /**
     * Asks for the precision, before a model is loaded.
     *
     * @throws IllegalArgumentException if it cannot be had here, or another engine is asked for
     */
    public void apply() {
        String engine = EngineOption.ofProperty();
        if (precision == Products.BFLOAT16 && !engine.equals("none") && !engine.equals("cpu")) {
            throw new IllegalArgumentException("--precision bfloat16 goes with the engine cpu; engine=" + engine);
        }
        if (precision != null) {
            System.setProperty(KernelProperties.PRECISION, precision.name().toLowerCase(Locale.ROOT));
            CpuKernels.require(KernelProperties.precision());
        }
    }
}
