package io.github.performer4j.training.run;

import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.files.DataFolder;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.token.TokenizerKinds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of data: of a file its bytes; of a folder the names below it and the bytes of the files that are read, in
 * their order; a file of labels, a transform, a table of sides and the file of a tokenizer, where
 * there are any, behind them. An interrupt ends it.
 */
public final class Sha256 {
    private static final int BUFFER = 1 << 16;

    private Sha256() {}

    /**
     * Hashes what is read of a path, and nothing else, so that a file beside the data does not make it other data.
     *
     * @param path a file or a folder
     * @param config how it is read; its tokens decide which files of a folder are
     * @return 64 hexadecimal digits
     * @throws IOException if something cannot be read
     */
    public static String of(Path path, DataConfig config) throws IOException {
        return of(path, config, true);
    }

    /** Hashes data; without the tokenizer's file where the tokenizer is a trained model's, which lies in its own file. */
    static String of(Path path, DataConfig config, boolean withTokenizer) throws IOException {
        MessageDigest digest = digest();
        update(digest, Corpus.open(path, config, null).folder());
        Path labels = config.columns().labelFile();
        Path transform = config.columns().options().transform();
        Path tokenizer = withTokenizer
                ? TokenizerKinds.named(config.tokens()).file(config.tokens()).orElse(null)
                : null;
        for (Path beside : new Path[] {labels, transform, config.splitFile(), tokenizer}) {
            if (beside != null) {
                digest.update((byte) 0);
                update(digest, beside);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Hashes a file. */
    static String of(Path file) throws IOException {
        MessageDigest digest = digest();
        update(digest, file);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Hashes the files that are read. */
    static String of(DataFolder folder) throws IOException {
        MessageDigest digest = digest();
        update(digest, folder);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, DataFolder folder) throws IOException {
        boolean named = Files.isDirectory(folder.root());
        for (Path file : folder.files()) {
            if (named) {
                digest.update(folder.name(file).getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            update(digest, file);
        }
    }

    /** Hashes bytes. */
    static String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    private static void update(MessageDigest digest, Path file) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Channels.newInputStream(FileChannel.open(file))) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
