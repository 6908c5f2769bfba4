package io.github.performer4j.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** SHA-256 of all parameters of a net by name, little-endian: what says that two models have the same weights, whatever file they are from. */
final class WeightDigest {
    private WeightDigest() {}

    /** Returns the digest, in hexadecimal digits. */
    static String of(ComputationGraph net) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        new TreeMap<>(net.paramTable()).forEach((name, array) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            float[] values = array.dup('c').data().asFloat();
            ByteBuffer bytes =
                    ByteBuffer.allocate(Math.multiplyExact(4, values.length)).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            digest.update(bytes.array());
        });
        return HexFormat.of().formatHex(digest.digest());
    }
}
