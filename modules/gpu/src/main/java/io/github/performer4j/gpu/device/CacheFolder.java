package io.github.performer4j.gpu.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Folders for what is made once for a machine: under what {@value #PROPERTY} names, else the user's {@code .cache/performer4j/cuda}. */
public final class CacheFolder {
    /** Name of the property with the folder. */
    public static final String PROPERTY = "performer4j.cuda.cache";

    private CacheFolder() {}

    /**
     * Returns a folder, made if there is none.
     *
     * @param kind of what lies there
     * @param key what it was made of
     */
    static Path of(String kind, String key) throws IOException {
        String named = System.getProperty(PROPERTY);
        Path root = named == null || named.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache", "performer4j", "cuda")
                : Path.of(named);
        return Files.createDirectories(root.resolve(kind).resolve(digest(key)));
    }

    /** Returns SHA-256 of a text. */
    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
