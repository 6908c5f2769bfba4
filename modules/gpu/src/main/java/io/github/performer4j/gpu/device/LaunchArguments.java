package io.github.performer4j.gpu.device;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** Arguments of a kernel as drivers take them: an array of pointers to values. */
public final class LaunchArguments {
    private static final long ROOM = 8;

    private final Memory values;
    private final Memory pointers;

    /**
     * Lays values out.
     *
     * @param arguments Long, Integer or Float each
     * @throws IllegalArgumentException if there is one of another kind
     */
    public LaunchArguments(Object... arguments) {
        values = new Memory(ROOM * Math.max(1, arguments.length));
        pointers = new Memory((long) Native.POINTER_SIZE * Math.max(1, arguments.length));
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof Long value) {
                values.setLong(ROOM * i, value);
            } else if (arguments[i] instanceof Integer value) {
                values.setInt(ROOM * i, value);
            } else if (arguments[i] instanceof Float value) {
                values.setFloat(ROOM * i, value);
            } else {
                throw new IllegalArgumentException(
                        "a kernel takes Long, Integer and Float; number=" + i + ", argument=" + arguments[i]);
            }
            pointers.setPointer((long) Native.POINTER_SIZE * i, values.share(ROOM * i));
        }
    }

    /** Returns the array of pointers, to be read as long as this object is reachable. */
    public Pointer pointers() {
        return pointers;
    }
}
