package io.github.performer4j.gpu.device;

/** Calls that a device has recorded, by {@link Device#capture}, and makes again as one. */
public interface DeviceGraph extends AutoCloseable {

    /** Makes the calls, behind all that was asked before. */
    void launch();

    @Override
    void close();
}
