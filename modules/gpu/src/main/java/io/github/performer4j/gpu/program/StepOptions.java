package io.github.performer4j.gpu.program;

/**
 * How steps in a device's memory are made; none of it changes their bits, but for the order of sums over devices.
 *
 * @param graphs whether a step whose shapes came before is recorded, and made as one call
 * @param recompute whether activations of a layer are made again in its backward pass and not kept until then
 * @param devices how many of the machine's devices share each batch
 */
public record StepOptions(boolean graphs, boolean recompute, int devices) {
    /** Name of the property of {@code graphs}, true by default. */
    public static final String GRAPHS = "performer4j.cuda.graphs";

    /** Name of the property of {@code recompute}, false by default. */
    public static final String RECOMPUTE = "performer4j.cuda.recompute";

    /** Name of the property of {@code devices}, 1 by default. */
    public static final String DEVICES = "performer4j.cuda.devices";

    private static final int MOST = 64;

    /** Checks the number of devices. */
    public StepOptions {
        if (devices < 1 || devices > MOST) {
            throw new IllegalArgumentException(
                    DEVICES + " must be a number from 1 to " + MOST + "; devices=" + devices);
        }
    }

    /** Returns what holds without properties. */
    public static StepOptions defaults() {
        return new StepOptions(true, false, 1);
    }

    /**
     * Returns what properties say.
     *
     * @throws IllegalArgumentException naming the property and its value
     */
    public static StepOptions asked() {
        return new StepOptions(flag(GRAPHS, true), flag(RECOMPUTE, false), number());
    }

    private static boolean flag(String name, boolean otherwise) {
        String value = System.getProperty(name);
        if (value == null || value.isBlank()) {
            return otherwise;
        }
        boolean yes = value.strip().equalsIgnoreCase("true");
        if (!yes && !value.strip().equalsIgnoreCase("false")) {
            throw new IllegalArgumentException("a switch must be true or false; " + name + "=" + value);
        }
        return yes;
    }

    private static int number() {
        String value = System.getProperty(DEVICES);
        if (value == null || value.isBlank()) {
            return 1;
        }
        if (!value.strip().matches("[1-9]|[1-5][0-9]|6[0-4]")) {
            throw new IllegalArgumentException(
                    "devices must be a number from 1 to " + MOST + "; " + DEVICES + "=" + value);
        }
        return Integer.parseInt(value.strip());
    }
}
