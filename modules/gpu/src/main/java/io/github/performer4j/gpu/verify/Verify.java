package io.github.performer4j.gpu.verify;

import io.github.performer4j.gpu.Devices;
import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.program.DeviceMemory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Checks a device and prints a table of what was checked, found, and whether that is as it should be: {@code verify-on-device.sh} runs it.
 *
 * <pre>
 * --write-golden FILE            writes golden vectors, by the processor's engine
 * --part device|kernels|gradients|training|times   what is checked
 * --golden FILE                  golden vectors, for kernels and training
 * --layers N --width N --heads N --features N --tokens N --square N   sizes of what is timed
 * </pre>
 *
 * <p>Exit code 0: all is as it should be; 1: something is not; 2: wrong arguments, no device, or a file that cannot be read.
 */
public final class Verify {
    private static final double BOUND = 1e-4;

    private final Supplier<Device> source;
    private final PrintStream out;
    private final Map<String, String> options = new LinkedHashMap<>();

    private Verify(Supplier<Device> source, PrintStream out) {
        this.source = source;
        this.out = out;
    }

    /** Runs it in a process of its own. */
    public static void main(String[] args) {
        System.exit(run(() -> Devices.require().device(), System.out, System.err, args));
    }

    /**
     * Runs it.
     *
     * @param source of the device
     * @return the exit code
     */
    static int run(Supplier<Device> source, PrintStream out, PrintStream err, String... args) {
        try {
            Verify verify = new Verify(source, out);
            verify.read(args);
            return verify.checked();
        } catch (IOException | DeviceException | IllegalArgumentException e) {
            err.println("verify: " + e.getMessage());
            return 2;
        }
    }

    private static final List<String> KNOWN =
            List.of("write-golden", "part", "golden", "layers", "width", "heads", "features", "tokens", "square");

    private void read(String... args) {
        for (int i = 0; i < args.length; i += 2) {
            String name = args[i].startsWith("--") ? args[i].substring(2) : "";
            if (!KNOWN.contains(name) || i + 1 == args.length) {
                throw new IllegalArgumentException(
                        "options are pairs of a name and a value; option=" + args[i] + ", known=" + KNOWN);
            }
            options.put(name, args[i + 1]);
        }
        if (options.containsKey("part") == options.containsKey("write-golden")) {
            throw new IllegalArgumentException("one of part and write-golden must be given; given=" + options.keySet());
        }
    }

    private int checked() throws IOException {
        if (options.containsKey("write-golden")) {
            write(Path.of(options.get("write-golden")));
            return 0;
        }
        boolean passed = true;
        for (Row row : rows(options.get("part"))) {
            out.println(row);
            passed &= row.passed();
        }
        return passed ? 0 : 1;
    }

    private void write(Path file) throws IOException {
        Map<String, Map<String, float[]>> cases = new LinkedHashMap<>();
        VerifyCases.all().forEach(c -> cases.put(c.name(), Reference.tensors(c)));
        double[] losses = Reference.losses(TrainingRun.model(), TrainingRun.GOLDEN);
        new Golden(cases, losses).write(file);
        out.println("golden vectors  " + cases.size() + " cases, " + losses.length + " losses, in " + file);
    }

    private List<Row> rows(String part) throws IOException {
        if (!List.of("device", "kernels", "gradients", "training", "times").contains(part)) {
            throw new IllegalArgumentException(
                    "part must be device, kernels, gradients, training or times; part=" + part);
        }
        boolean compares = part.equals("kernels") || part.equals("training");
        Golden golden = compares ? golden() : null;
        Watched watched = new Watched(source.get());
        DeviceMemory memory = new DeviceMemory(watched.device());
        return switch (part) {
            case "device" -> List.of(Row.told("device", memory.device().description()));
            case "kernels" -> new KernelChecks(memory, watched, golden, BOUND).rows();
            case "gradients" -> GradientChecks.rows(memory);
            case "training" -> TrainingChecks.rows(memory, golden);
            default -> new TimeChecks(memory, watched, sizes()).rows();
        };
    }

    private Golden golden() throws IOException {
        String file = options.get("golden");
        if (file == null) {
            throw new IllegalArgumentException("kernels and training need golden vectors; golden=");
        }
        return Golden.read(Path.of(file));
    }

    private TimeChecks.Sizes sizes() {
        TimeChecks.Sizes d = TimeChecks.Sizes.defaults();
        return new TimeChecks.Sizes(
                size("layers", d.layers()),
                size("width", d.width()),
                size("heads", d.heads()),
                size("features", d.features()),
                size("tokens", d.tokens()),
                size("square", d.square()));
    }

    private int size(String name, int otherwise) {
        String value = options.getOrDefault(name, String.valueOf(otherwise));
        if (!value.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("sizes must be positive; " + name + "=" + value);
        }
        return Integer.parseInt(value);
    }

    /** Returns a number with three digits. */
    static String number(double value) {
        return String.format(Locale.ROOT, "%.3g", value);
    }
}
