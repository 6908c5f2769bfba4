package io.github.performer4j.gpu.verify;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Golden vectors: what the processor makes of the cases, and the losses of a training run.
 *
 * <p>The file, big-endian: {@code "performer4j-golden"} and the version, {@value #VERSION}; a number of cases; for each its name, a number of tensors, and for each of these its name, length and float32
 * values; then a number of losses, and these in float64. Strings are modified UTF-8, as {@link DataOutputStream#writeUTF} has them.
 *
 * @param cases tensors by name of the case and of the tensor
 * @param losses of the run, one for each step
 */
@SuppressWarnings("ArrayRecordComponent") // read only by what is here
record Golden(Map<String, Map<String, float[]>> cases, double[] losses) {
    /** The version that is written and read. */
    static final int VERSION = 1;

    private static final String MAGIC = "performer4j-golden";
    private static final int MOST = 1 << 24; // values of a tensor: a file with more is broken

    void write(Path file) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeUTF(MAGIC);
            out.writeInt(VERSION);
            out.writeInt(cases.size());
            for (Map.Entry<String, Map<String, float[]>> c : cases.entrySet()) {
                out.writeUTF(c.getKey());
                out.writeInt(c.getValue().size());
                for (Map.Entry<String, float[]> tensor : c.getValue().entrySet()) {
                    out.writeUTF(tensor.getKey());
                    out.writeInt(tensor.getValue().length);
                    for (float value : tensor.getValue()) {
                        out.writeFloat(value);
                    }
                }
            }
            out.writeInt(losses.length);
            for (double loss : losses) {
                out.writeDouble(loss);
            }
        }
    }

    /**
     * Reads a file.
     *
     * @throws IOException naming the file, if it is none of golden vectors, of another version, or broken
     */
    static Golden read(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            String magic = in.readUTF();
            int version = in.readInt();
            if (!magic.equals(MAGIC) || version != VERSION) {
                throw new IOException("a file of golden vectors must be of this version; file=" + file + ", expected="
                        + MAGIC + " " + VERSION + ", found=" + magic + " " + version);
            }
            Map<String, Map<String, float[]>> cases = new LinkedHashMap<>();
            for (int c = length(in, file); c > 0; c--) {
                Map<String, float[]> tensors = new LinkedHashMap<>();
                cases.put(in.readUTF(), tensors);
                for (int t = length(in, file); t > 0; t--) {
                    String name = in.readUTF();
                    float[] values = new float[length(in, file)];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = in.readFloat();
                    }
                    tensors.put(name, values);
                }
            }
            double[] losses = new double[length(in, file)];
            for (int i = 0; i < losses.length; i++) {
                losses[i] = in.readDouble();
            }
            return new Golden(cases, losses);
        } catch (java.io.EOFException | java.io.UTFDataFormatException e) {
            throw new IOException("a file of golden vectors is broken or cut off; file=" + file, e);
        }
    }

    private static int length(DataInputStream in, Path file) throws IOException {
        int n = in.readInt();
        if (n < 0 || n > MOST) {
            throw new IOException("a file of golden vectors is broken; file=" + file + ", length=" + n);
        }
        return n;
    }
}
