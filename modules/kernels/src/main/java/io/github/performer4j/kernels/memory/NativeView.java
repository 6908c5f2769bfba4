package io.github.performer4j.kernels.memory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/**
 * The view of native memory that the running JDK's Vector API loads from: a ByteBuffer up to 18, a memory segment since 19.
 *
 * <p>Found by reflection, so that one class file serves 17 to 25.
 */
final class NativeView {
    private static final MethodHandle SEGMENT = segment();

    private NativeView() {}

    static Object of(ByteBuffer buffer) {
        if (SEGMENT == null) {
            return buffer;
        }
        try {
            return SEGMENT.invoke((Buffer) buffer);
        } catch (Throwable e) {
            throw new IllegalStateException("native memory cannot be seen as a segment", e);
        }
    }

    private static MethodHandle segment() {
        try {
            Class<?> type = Class.forName("java.lang.foreign.MemorySegment");
            return MethodHandles.lookup().findStatic(type, "ofBuffer", MethodType.methodType(type, Buffer.class));
        } catch (ReflectiveOperationException | LinkageError e) {
            return null;
        }
    }
}
