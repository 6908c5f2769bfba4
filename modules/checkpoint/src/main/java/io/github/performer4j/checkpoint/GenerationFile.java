package io.github.performer4j.checkpoint;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts that are to go on later, in one file: the bytes {@code P4JSTATE}, a version, the
 * {@linkplain ModelFingerprint SHA-256} of the model (its configuration, its vocabulary and its parameters), the
 * states. Sampling, seed, stop strings and rule are not in it; a state tells where its text and its rule began.
 *
 * <p>All numbers are big-endian. A state goes on with the very model that it was made with, and with no other.
 */
public final class GenerationFile {
    /** The format that this build writes; it reads format 1, too, whose states do not tell where a rule stands. */
    public static final int VERSION = 2;

    private static final byte[] MAGIC = "P4JSTATE".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_STATES = 1 << 20;

    private GenerationFile() {}

    /**
     * Writes states.
     *
     * @param file replaced in one move; its folder must exist
     * @param model that made them
     * @throws IOException if the file cannot be written; an earlier one is untouched
     */
    public static void save(Path file, PerformerModel model, List<GenerationState> states) throws IOException {
        byte[] fingerprint = ModelFingerprint.of(model);
        AtomicFile.write(file, stream -> {
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(stream));
            out.write(MAGIC);
            out.writeInt(VERSION);
            out.write(fingerprint);
            out.writeInt(states.size());
            for (GenerationState state : states) {
                state.write(out);
            }
            out.flush();
        });
    }

    /**
     * Reads states.
     *
     * @param model that made them
     * @return at least one
     * @throws IOException in one line, if the file is none of these, of another version, of another model, or damaged
     */
    public static List<GenerationState> load(Path file, PerformerModel model) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw new IOException("it is no state of a generation");
            }
            int version = in.readInt();
            if (version < 1 || version > VERSION) {
                throw new IOException("it is of another version; version=" + version + ", known=1 to " + VERSION);
            }
            if (!Arrays.equals(in.readNBytes(32), ModelFingerprint.of(model))) {
                throw new IOException("it is a state of another model");
            }
            int count = in.readInt();
            if (count < 1 || count > MOST_STATES) {
                throw new IOException("it is damaged; states=" + count);
            }
            List<GenerationState> states = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                states.add(GenerationState.read(
                        in, version, model.info().tokenizer().size()));
            }
            if (in.read() >= 0) {
                throw new IOException("it is damaged; bytes behind its end");
            }
            return states;
        } catch (EOFException e) {
            throw new IOException("the file is no state to go on from, because it ends early; file=" + file, e);
        } catch (java.nio.file.FileSystemException e) {
            throw e; // says all itself
        } catch (IOException e) {
            throw new IOException(
                    "the file is no state to go on from, because " + e.getMessage() + "; file=" + file, e);
        }
    }
}
