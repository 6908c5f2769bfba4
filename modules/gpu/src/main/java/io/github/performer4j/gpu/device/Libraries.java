package io.github.performer4j.gpu.device;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * NVIDIA's libraries: where they are looked for, in this order.
 *
 * <ol>
 *   <li>folders that {@value #PROPERTY} names, and then nowhere else
 *   <li>the system's loader, and so LD_LIBRARY_PATH or PATH
 *   <li>CUDA_PATH and CUDA_HOME, /usr/local/cuda, /usr/local/cuda-13 and -12
 *   <li>the class path: the redistributables of JavaCPP's presets for CUDA 12 and 13
 * </ol>
 */
public final class Libraries {
    /** Name of the property with folders, separated as paths are. */
    public static final String PROPERTY = "performer4j.cuda.libraries";

    /** A library of CUDA: its names by version, the newest first. */
    enum Kind {
        DRIVER(List.of("libcuda.so.1", "libcuda.so"), List.of("nvcuda.dll")),
        NVRTC(List.of("libnvrtc.so.13", "libnvrtc.so.12"), List.of("nvrtc64_130_0.dll", "nvrtc64_120_0.dll")),
        CUBLAS(List.of("libcublas.so.13", "libcublas.so.12"), List.of("cublas64_13.dll", "cublas64_12.dll"));

        private final List<String> linux;
        private final List<String> windows;

        Kind(List<String> linux, List<String> windows) {
            this.linux = linux;
            this.windows = windows;
        }

        List<String> names() {
            return Platform.isWindows() ? windows : linux;
        }
    }

    private final String folders;
    private final RedistributedLibraries redistributed;

    /**
     * Looks in folders.
     *
     * @param folders as {@link #PROPERTY} says; null for the usual places
     */
    public Libraries(String folders) {
        this.folders = folders == null || folders.isBlank() ? null : folders;
        redistributed = new RedistributedLibraries();
    }

    /**
     * Loads a library.
     *
     * @throws DeviceException naming every place that was looked at
     */
    NativeLibrary load(Kind kind) {
        List<String> looked = new ArrayList<>();
        for (String name : kind.names()) {
            for (Path folder : folders()) {
                Path file = folder.resolve(name);
                looked.add(file.toString());
                if (Files.isRegularFile(file)) {
                    return open(file.toString(), looked);
                }
            }
            if (folders == null) {
                looked.add(name + " (system's loader)");
                Optional<NativeLibrary> loaded = tried(name);
                if (loaded.isPresent()) {
                    return loaded.get();
                }
            }
        }
        for (String name : folders == null ? kind.names() : List.<String>of()) {
            looked.add(RedistributedLibraries.FOLDER + name + " (class path)");
            Optional<Path> unpacked = redistributed.find(name);
            if (unpacked.isPresent()) {
                return open(unpacked.get().toString(), looked);
            }
        }
        throw new DeviceException("a library of CUDA is missing; library="
                + kind.name().toLowerCase(java.util.Locale.ROOT) + ", looked at=" + String.join(", ", looked));
    }

    private static NativeLibrary open(String file, List<String> looked) {
        try {
            return NativeLibrary.getInstance(file);
        } catch (UnsatisfiedLinkError e) {
            throw new DeviceException(
                    "a library of CUDA does not load; file=" + file + ", reason=" + e.getMessage() + ", looked at="
                            + String.join(", ", looked),
                    e);
        }
    }

    private static Optional<NativeLibrary> tried(String name) {
        try {
            return Optional.of(NativeLibrary.getInstance(name));
        } catch (UnsatisfiedLinkError e) {
            return Optional.empty(); // the next place is looked at
        }
    }

    private List<Path> folders() {
        if (folders != null) {
            return Stream.of(folders.split(File.pathSeparator)).map(Path::of).toList();
        }
        List<Path> all = new ArrayList<>();
        for (String variable : List.of("CUDA_PATH", "CUDA_HOME")) {
            String root = System.getenv(variable);
            if (root != null && !root.isBlank()) {
                all.add(Path.of(root, Platform.isWindows() ? "bin" : "lib64"));
            }
        }
        if (!Platform.isWindows()) {
            for (String folder : List.of("cuda", "cuda-13", "cuda-12")) {
                all.add(Path.of("/usr/local", folder, "lib64"));
            }
        }
        return all;
    }
}
