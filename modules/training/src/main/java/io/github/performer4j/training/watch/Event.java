package io.github.performer4j.training.watch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.nd4j.shade.protobuf.CodedOutputStream;

/**
 * TensorBoard's {@code Event} messages ({@code tensorflow/core/util/event.proto}), as far as a run has them:
 *
 * <pre>
 * Event      1 wall_time double   2 step int64   3 file_version string   5 summary   7 session_log
 * Summary    1 value, repeated: 1 tag string   2 simple_value float
 * SessionLog 1 status: 1 = START, from which a reader forgets what an earlier file says of this and later steps
 * </pre>
 */
final class Event {
    private static final String VERSION = "brain.Event:2";
    private static final int START = 1;

    private Event() {}

    /** Returns the first record of every file. */
    static byte[] version(double wallTime) throws IOException {
        return message(out -> {
            out.writeDouble(1, wallTime);
            out.writeString(3, VERSION);
        });
    }

    /** Returns the record that a session begins at a step. */
    static byte[] start(double wallTime, long step) throws IOException {
        byte[] session = message(out -> out.writeEnum(1, START));
        return message(out -> {
            out.writeDouble(1, wallTime);
            step(out, step);
            out.writeByteArray(7, session);
        });
    }

    /** Returns the record of a step's values by tag, in the map's order. */
    static byte[] scalars(double wallTime, long step, Map<String, Double> values) throws IOException {
        byte[] summary = message(out -> {
            for (Map.Entry<String, Double> value : values.entrySet()) {
                out.writeByteArray(1, message(one -> {
                    one.writeString(1, value.getKey());
                    one.writeFloat(2, value.getValue().floatValue());
                }));
            }
        });
        return message(out -> {
            out.writeDouble(1, wallTime);
            step(out, step);
            out.writeByteArray(5, summary);
        });
    }

    /** Zeros are not written: they are what a reader takes where nothing stands. */
    private static void step(CodedOutputStream out, long step) throws IOException {
        if (step != 0) {
            out.writeInt64(2, step);
        }
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    /** Writes a message's fields. */
    @FunctionalInterface
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }
}
