package io.github.performer4j.gpu.device;

/** A device, or a library that it needs, is missing or fails; the message is one line: rule, then values. */
public class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DeviceException(String message) {
        super(message);
    }

    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
