package io.github.performer4j.checkpoint;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The entries of Deeplearning4j's model zip: configuration (JSON), parameters and updater state (ND4J's binary form).
 *
 * <p>Same names and bytes as {@link ModelSerializer} writes, and it reads them; three things differ. Entries stream from and to the
 * file, so that a large model is not held in the heap a second time. Checksums are verified, which Java's {@link ZipFile} leaves out.
 * {@code preprocessor.bin} is never read: it is a serialised Java object, and a model file from elsewhere must not run code.
 */
final class GraphZip {
    /** One time for all entries, so that equal models are equal files. */
    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    /** Most bytes of an entry that is no array: 256 MiB. */
    private static final int MOST_BYTES = 1 << 28;

    /** Bytes that one byte of a deflated entry stands for at most. */
    private static final long DEFLATED = 1032;

    /** Numbers that an updater keeps for each parameter at most. */
    private static final long MOST_STATES = 4;

    private GraphZip() {}

    static void write(ZipOutputStream zip, ComputationGraph net, boolean withUpdater) throws IOException {
        write(
                zip,
                ModelSerializer.CONFIGURATION_JSON,
                net.getConfiguration().toJson().getBytes(StandardCharsets.UTF_8));
        write(zip, ModelSerializer.COEFFICIENTS_BIN, net.params());
        INDArray state = withUpdater ? net.getUpdater().getStateViewArray() : null;
        if (state != null && state.length() > 0) {
            write(zip, ModelSerializer.UPDATER_BIN, state);
        }
    }

    static void write(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        open(zip, name);
        zip.write(bytes);
        zip.closeEntry();
    }

    private static void write(ZipOutputStream zip, String name, INDArray array) throws IOException {
        open(zip, name);
        DataOutputStream data = new DataOutputStream(new BufferedOutputStream(zip, 1 << 16));
        Nd4j.write(array, data);
        data.flush();
        zip.closeEntry();
    }

    private static void open(ZipOutputStream zip, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(EPOCH);
        zip.putNextEntry(entry);
    }

    /**
     * Restores the net, with its updater state if the zip holds one.
     *
     * @param zip an open model zip
     * @param file its path, for messages
     * @throws IOException one line that names file and entry, if an entry is missing, damaged or does not fit the configuration, or a weight is not finite
     */
    static ComputationGraph read(ZipFile zip, Path file) throws IOException {
        String json = new String(bytes(zip, file, ModelSerializer.CONFIGURATION_JSON), StandardCharsets.UTF_8);
        String where = "file=" + file + ", entry=" + ModelSerializer.CONFIGURATION_JSON;
        StoredConfiguration configuration = StoredConfiguration.read(json, where);
        long parameters = configuration.parameters();
        INDArray params = array(zip, file, ModelSerializer.COEFFICIENTS_BIN, parameters);
        try {
            configuration.graph().setDataType(params.dataType());
            ComputationGraph net = new ComputationGraph(configuration.graph());
            net.init(params, false);
            if (zip.getEntry(ModelSerializer.UPDATER_BIN) != null) {
                net.getUpdater()
                        .setStateViewArray(array(zip, file, ModelSerializer.UPDATER_BIN, MOST_STATES * parameters));
            }
            FiniteWeights.require(net, file);
            return net;
        } catch (RuntimeException e) {
            throw StoredConfiguration.refused(where + ", parameters=" + params.length(), e);
        }
    }

    /** Reads a whole entry and verifies its checksum. */
    static byte[] bytes(ZipFile zip, Path file, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        long said = entry == null ? 0 : entry.getSize();
        return read(zip, file, name, in -> {
            byte[] bytes = said > MOST_BYTES ? null : in.readNBytes(MOST_BYTES + 1);
            if (bytes == null || bytes.length > MOST_BYTES) {
                throw new IOException("more than " + MOST_BYTES + " bytes, where no array stands");
            }
            return bytes;
        });
    }

    /**
     * Reads an array.
     *
     * @param most numbers that it may have
     */
    private static INDArray array(ZipFile zip, Path file, String name, long most) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        // What an entry says of its size is true or is found out; nothing deflates to less than a part of it.
        long bytes = entry == null ? 0 : Math.min(entry.getSize(), DEFLATED * (entry.getCompressedSize() + 1));
        return read(zip, file, name, in -> ArrayReading.read(new DataInputStream(in), most, bytes));
    }

    @FunctionalInterface
    private interface Reader<R> {
        R read(InputStream in) throws IOException;
    }

    private static <R> R read(ZipFile zip, Path file, String name, Reader<R> reader) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IOException("not a Deeplearning4j model; file=" + file + ", missing entry=" + name);
        }
        try (CheckedInputStream checked =
                new CheckedInputStream(new BufferedInputStream(zip.getInputStream(entry), 1 << 16), new CRC32())) {
            R result = reader.read(new Unclosed(checked));
            checked.skip(Long.MAX_VALUE);
            if (checked.getChecksum().getValue() != entry.getCrc()) {
                throw new ZipException("checksum differs");
            }
            return result;
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    "the model file is damaged; file=" + file + ", entry=" + name + ", cause=" + firstLine(e), e);
        }
    }

    static String firstLine(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse(e.getClass().getSimpleName());
    }

    /** ND4J closes what it reads from; the checksum still needs the rest. */
    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {
            // the caller owns the stream
        }
    }
}
