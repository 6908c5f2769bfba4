package io.github.performer4j.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.gpu.device.FoundDevice;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Devices that ND4J's own backend cannot run on are refused with the way out. */
class Nd4jCudaTest {
    private static final FoundDevice OLD = new FoundDevice(0, "A100", 80, 1L << 36);
    private static final FoundDevice NEW = new FoundDevice(0, "H200", 90, 1L << 37);

    @Test
    void newDevicesAreRefused() {
        assertThat(Nd4jCuda.objection(List.of(NEW, OLD)))
                .contains("nd4j-cuda-11.6 has no code for this device: build without the profile cuda, and train with"
                        + " --engine cuda; device=H200, compute capability=9.0, newest=8.6");
        assertThat(Nd4jCuda.objection(List.of(OLD, NEW))).isEmpty();
        assertThat(Nd4jCuda.objection(List.of())).isEmpty();
        Nd4jCuda.check(); // the backend is not on the class path
    }
}
