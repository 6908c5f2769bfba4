package io.github.performer4j.gpu.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernels' text: CUDA C in files that are compiled as one, each with its name and lines for the compiler's messages. */
public final class KernelSource {
    private static final String FOLDER = "/io/github/performer4j/gpu/cuda/";
    private static final String NAMES = "device.cuh";
    private static final List<String> FILES = List.of(
            "reduce.cuh",
            "rows.cu",
            "norms.cu",
            "tokens.cu",
            "heads.cu",
            "features.cu",
            "frames.cu",
            "hybrid.cu",
            "linear.cu",
            "sides.cu",
            "exact.cu",
            "graph.cu",
            "loss.cu",
            "update.cu");
    private static final Pattern KERNEL = Pattern.compile("^KERNEL (\\w+)\\(", Pattern.MULTILINE);

    private KernelSource() {}

    /** Returns the files that kernels stand in, by name, without {@link #names}. */
    public static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        FILES.forEach(name -> files.put(name, read(name)));
        return files;
    }

    /** Returns the text that is compiled for a device. */
    public static String text() {
        StringBuilder text = new StringBuilder(part(NAMES, read(NAMES)));
        files().forEach((name, file) -> text.append(part(name, file)));
        return text.toString();
    }

    private static String part(String name, String file) {
        return "#line 1 \"" + name + "\"\n" + file;
    }

    /** Returns the names of all kernels, in the order of the text. */
    public static List<String> kernels() {
        List<String> kernels = new ArrayList<>();
        for (String file : files().values()) {
            Matcher matcher = KERNEL.matcher(file);
            while (matcher.find()) {
                kernels.add(matcher.group(1));
            }
        }
        return kernels;
    }

    private static String read(String name) {
        try (InputStream in = KernelSource.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new DeviceException("the jar must hold the kernels; missing=" + FOLDER + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the kernels cannot be read; file=" + name, e);
        }
    }
}
