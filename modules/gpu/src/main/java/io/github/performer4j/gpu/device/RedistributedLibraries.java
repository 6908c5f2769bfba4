package io.github.performer4j.gpu.device;

import com.sun.jna.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Libraries of CUDA in jars on the class path, as the presets of JavaCPP redistribute them. They are unpacked once, with those beside them that they load by name: NVRTC its builtins, cuBLAS
 * cuBLASLt.
 */
final class RedistributedLibraries {
    /** Where they lie in a jar. */
    static final String FOLDER = "org/bytedeco/cuda/" + (Platform.isWindows() ? "windows" : "linux") + "-x86_64/";

    private static final List<String> BESIDE = List.of("nvrtc", "cublas");

    /** Returns a library as a file; empty if no jar holds it. */
    Optional<Path> find(String name) {
        URL url = RedistributedLibraries.class.getClassLoader().getResource(FOLDER + name);
        if (url == null) {
            return Optional.empty();
        }
        try {
            URLConnection connection = url.openConnection();
            if (!(connection instanceof JarURLConnection inJar)) {
                return Optional.of(Path.of(url.toURI()));
            }
            JarFile jar = inJar.getJarFile();
            Path folder = CacheFolder.of("libraries", jar.getName() + " " + Files.size(Path.of(jar.getName())));
            for (JarEntry entry : jar.stream().toList()) {
                String file = entry.getName();
                if (file.startsWith(FOLDER)
                        && !entry.isDirectory()
                        && BESIDE.stream().anyMatch(file::contains)) {
                    unpack(jar, entry, folder.resolve(file.substring(FOLDER.length())));
                }
            }
            return Optional.of(folder.resolve(name));
        } catch (IOException | java.net.URISyntaxException e) {
            throw new DeviceException("a library of CUDA cannot be unpacked; library=" + url, e);
        }
    }

    private static void unpack(JarFile jar, JarEntry entry, Path to) throws IOException {
        if (Files.isRegularFile(to) && Files.size(to) == entry.getSize()) {
            return;
        }
        Path part = Files.createTempFile(to.getParent(), "part", null);
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(part, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
