package io.github.performer4j.cli.options;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.gpu.Devices;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.Precision;
import io.github.performer4j.gpu.program.StepOptions;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.KernelProperties;
import java.util.Locale;
import picocli.CommandLine.Option;

/** {@code --engine}: what runs the model's layers, and how a device does. */
public final class EngineOption {
    /** The engines of ours, and the choice among them. */
    enum Name {
        AUTO,
        CPU,
        GRAPH,
        CUDA
    }

    @Option(
            names = "--engine",
            paramLabel = "E",
            description = "What runs the layers: auto, cpu, graph or cuda (default: auto, cpu where it runs).")
    private Name name;

    /** In what products are; the second is a device's, the last the processor's. */
    enum Products {
        FLOAT32,
        TF32,
        BFLOAT16,
        BFLOAT16X3
    }

    @Option(
            names = "--precision",
            paramLabel = "P",
            description =
                    "Of layers' products: float32 (default), bfloat16, bfloat16x3 (float32 values as two of bfloat16 each; processor only), or with --engine cuda tf32; sums are float32.")
    private Products precision;

    @Option(
            names = "--devices",
            paramLabel = "N",
            description = "With --engine cuda: devices of this machine that share each batch (default: 1).")
    private Integer devices;

    @Option(
            names = "--recompute",
            description = "With --engine cuda: make activations again in the backward pass, which takes less memory.")
    private boolean recompute;

    /**
     * Asks for the engine, before a model is made.
     *
     * @throws IllegalArgumentException if it is cuda and there are not as many devices, naming what is missing and where it was looked for;
     *     or if the precision cannot be had here
     */
    public void apply() {
        further();
        if (name == null) {
            return;
        }
        if (name == Name.AUTO) { // said on the command line, it counts more than a property of the environment
            System.clearProperty(Engines.PROPERTY);
            return;
        }
        if (name == Name.CUDA) {
            int wanted = StepOptions.asked().devices();
            try {
                Devices.require(wanted);
            } catch (DeviceException e) {
                String what = wanted == 1 ? "a device" : wanted + " devices";
                throw new IllegalArgumentException("--engine cuda needs " + what + ": " + e.getMessage(), e);
            }
        }
        System.setProperty(Engines.PROPERTY, name.name().toLowerCase(Locale.ROOT));
    }

    /** Sets the properties that other switches stand for. */
    private void further() {
        if (precision != null) {
            precise(precision.name().toLowerCase(Locale.ROOT));
        }
        if ((devices != null || recompute) && name != Name.CUDA) {
            throw new IllegalArgumentException((recompute
                            ? "--recompute goes with --engine cuda; the others have --set training.recompute=true"
                            : "--devices goes with --engine cuda")
                    + "; engine="
                    + (name == null ? "none" : name.name().toLowerCase(Locale.ROOT)));
        }
        if (devices != null) {
            new StepOptions(true, recompute, devices); // checks
            System.setProperty(StepOptions.DEVICES, devices.toString());
        }
        if (recompute) {
            System.setProperty(StepOptions.RECOMPUTE, "true");
        }
    }

    private void precise(String value) {
        String engine = asked();
        boolean device = engine.equals("cuda");
        String owners = precision == Products.TF32 ? "cuda" : precision == Products.BFLOAT16X3 ? "cpu" : "cpu or cuda";
        if (engine.equals("graph") || device ? !owners.contains(engine) : owners.equals("cuda")) {
            throw new IllegalArgumentException(
                    "--precision " + value + " goes with --engine " + owners + "; engine=" + engine);
        }
        System.setProperty(device ? Precision.PROPERTY : KernelProperties.PRECISION, value);
        if (!device) {
            CpuKernels.require(KernelProperties.precision());
        }
    }

    /** Returns the engine that is asked for, by the option or else by the property; none if neither is there. */
    private String asked() {
        if (name != null) {
            return name.name().toLowerCase(Locale.ROOT);
        }
        return ofProperty();
    }

    /** Returns the engine that the property asks for; none if it does not. */
    static String ofProperty() {
        String property = System.getProperty(Engines.PROPERTY, "").strip().toLowerCase(Locale.ROOT);
        return property.isEmpty() ? "none" : property;
    }

    /**
     * Checks that each device has a sequence of a batch of the longest ones.
     *
     * @throws IllegalArgumentException if a batch is too small
     */
    public void check(DataConfig data) {
        int wanted = StepOptions.asked().devices();
        if (name == Name.CUDA && data.tokensPerBatch() / data.maxTokens() < wanted && wanted > 1) {
            throw new IllegalArgumentException(
                    "data.tokensPerBatch must hold a row of data.maxTokens for each device; tokensPerBatch="
                            + data.tokensPerBatch() + ", maxTokens=" + data.maxTokens() + ", devices=" + wanted);
        }
    }
}
