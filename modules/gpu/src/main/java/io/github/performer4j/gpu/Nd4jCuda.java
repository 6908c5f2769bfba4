package io.github.performer4j.gpu;

import io.github.performer4j.gpu.device.CudaDevice;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.FoundDevice;
import io.github.performer4j.gpu.device.Libraries;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ND4J's own backend for CUDA, 11.6: it has machine code for compute capability 3.7 to 8.6 and nothing that a driver could compile for later ones. */
public final class Nd4jCuda {
    private static final Logger LOG = LoggerFactory.getLogger(Nd4jCuda.class);
    private static final String BACKEND = "org/nd4j/linalg/jcublas/JCublasBackend.class";
    private static final String OURS = "org/bytedeco/cuda/linux-x86_64/libnvrtc.so.12";
    private static final int FIRST_WITHOUT_CODE = 90;

    private Nd4jCuda() {}

    /**
     * Checks the device, where that backend is on the class path.
     *
     * @throws IllegalArgumentException if it cannot run there, naming the way out
     */
    public static void check() {
        ClassLoader loader = Nd4jCuda.class.getClassLoader();
        if (loader.getResource(BACKEND) == null) {
            return;
        }
        if (loader.getResource(OURS) != null) {
            throw new IllegalArgumentException(
                    "one CUDA at a time: build without the profile cuda, or without cuda-libraries; found=11.6, 12");
        }
        try {
            objection(CudaDevice.all(new Libraries(System.getProperty(Libraries.PROPERTY))))
                    .ifPresent(said -> {
                        throw new IllegalArgumentException(said);
                    });
        } catch (DeviceException e) {
            LOG.warn("the device of nd4j-cuda cannot be asked what it is; {}", e.getMessage());
        }
    }

    /** Returns why the backend cannot run on the first of some devices; empty if it can, or there is none. */
    static Optional<String> objection(List<FoundDevice> devices) {
        return devices.stream()
                .limit(1)
                .filter(device -> device.architecture() >= FIRST_WITHOUT_CODE)
                .map(device -> "nd4j-cuda-11.6 has no code for this device: build without the profile cuda, and train"
                        + " with --engine cuda; device=" + device.name() + ", compute capability="
                        + device.capability() + ", newest=8.6")
                .findFirst();
    }
}
