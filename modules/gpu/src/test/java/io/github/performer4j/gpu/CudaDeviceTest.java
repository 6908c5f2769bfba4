package io.github.performer4j.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.layer.FusedCase;
import io.github.performer4j.core.layer.FusedTest;
import io.github.performer4j.gpu.device.CudaDevice;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.DeviceMemoryException;
import io.github.performer4j.gpu.device.Libraries;
import io.github.performer4j.gpu.device.Precision;
import io.github.performer4j.gpu.device.Product;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The calls of driver, NVRTC and cuBLAS, against libraries that are the emulation; and what is said of their failures. */
class CudaDeviceTest {
    private static final long PLENTY = 1L << 40;
    private static final String CACHE = "performer4j.cuda.cache";

    @TempDir
    Path cache;

    @BeforeEach
    void compiler() {
        Assumptions.assumeTrue(Emulation.missing() == null, Emulation.missing());
        Emulation.faults(12_080, 1, PLENTY, -1, true);
        System.setProperty(CACHE, cache.toString());
    }

    @AfterEach
    void restore() {
        System.clearProperty(CACHE);
        System.clearProperty(Engines.PROPERTY);
        Emulation.faults(12_080, 1, PLENTY, -1, true);
    }

    private static CudaDevice open() throws IOException {
        return CudaDevice.open(new Libraries(Emulation.driver().toString()), Precision.FLOAT32);
    }

    @Test
    void aLayerRunsAsOnTheProcessor() throws IOException {
        FusedCase c = (FusedCase) FusedTest.cases().findFirst().orElseThrow().get()[1];
        System.setProperty(Engines.PROPERTY, "cpu");
        Map<String, INDArray> expected =
                c.run(c.layer(DataType.FLOAT), DataType.FLOAT, true).tensors();
        try (CudaDevice device = open()) {
            assertThat(device.description())
                    .isEqualTo("Emulated 100, compute capability 9.0, 3072 MiB, products in float32");
            Devices.use(() -> device);
            System.setProperty(Engines.PROPERTY, "cuda");
            Map<String, INDArray> actual =
                    c.run(c.layer(DataType.FLOAT), DataType.FLOAT, true).tensors();
            expected.forEach(
                    (name, e) -> assertThat(actual.get(name).sub(e).amaxNumber().doubleValue())
                            .as(name)
                            .isLessThan(1e-4 * Math.max(e.amaxNumber().doubleValue(), 0.1)));
        }
    }

    /** All four kinds of products, by plain loops. */
    @Test
    void products() throws IOException {
        int m = 3;
        int n = 5;
        int k = 7;
        int count = 2;
        try (CudaDevice device = open()) {
            for (int kind = 0; kind < 4; kind++) {
                float[] a = numbers(count * m * k, 3);
                float[] b = numbers(count * k * n, 5);
                float[] c = numbers(count * m * n, 11);
                long[] at = new long[3];
                float[][] all = {a, b, c};
                for (int i = 0; i < all.length; i++) {
                    at[i] = device.allocate((long) all[i].length * Float.BYTES);
                    device.write(at[i], all[i], 0, all[i].length);
                }
                Product product =
                        Product.of(m, n, k, at[0], at[1], at[2], count).scaled(0.5f, 2);
                boolean ta = (kind & 1) != 0;
                boolean tb = (kind & 2) != 0;
                product = ta ? product.transposingA() : product;
                device.multiply(tb ? product.transposingB() : product);
                float[] actual = new float[c.length];
                device.read(at[2], actual, 0, actual.length);
                for (int i = 0; i < c.length; i++) {
                    int q = i / (m * n);
                    int r = i / n % m;
                    int column = i % n;
                    double sum = 0;
                    for (int l = 0; l < k; l++) {
                        double x = a[q * m * k + (ta ? l * m + r : r * k + l)];
                        sum += x * b[q * k * n + (tb ? column * k + l : l * n + column)];
                    }
                    assertThat((double) actual[i])
                            .isCloseTo(0.5 * sum + 2 * c[i], org.assertj.core.data.Offset.offset(1e-4));
                }
            }
        }
    }

    private static float[] numbers(int n, int factor) {
        float[] all = new float[n];
        for (int i = 0; i < n; i++) {
            all[i] = (i * factor % 13 - 6) / 4f;
        }
        return all;
    }

    @Test
    void kernelsAreCompiledOnceForAMachine() throws IOException {
        int before = Emulation.compilations();
        open().close();
        open().close();
        assertThat(Emulation.compilations() - before).isEqualTo(1);
    }

    @Test
    void aMissingLibraryNamesEveryPlace() {
        assertThatThrownBy(() -> CudaDevice.open(new Libraries("/nowhere/a:/nowhere/b"), Precision.FLOAT32))
                .isInstanceOf(DeviceException.class)
                .hasMessage("a library of CUDA is missing; library=driver, looked at=/nowhere/a/libcuda.so.1,"
                        + " /nowhere/b/libcuda.so.1, /nowhere/a/libcuda.so, /nowhere/b/libcuda.so");
    }

    @Test
    void anOldDriver() {
        Emulation.faults(11_060, 1, PLENTY, -1, true);
        assertThatThrownBy(CudaDeviceTest::open).hasMessage("the driver is too old; driver's CUDA=11.6, oldest=12.0");
    }

    @Test
    void noDevice() {
        Emulation.faults(12_080, 0, PLENTY, -1, true);
        assertThatThrownBy(CudaDeviceTest::open).hasMessage("the driver has no device; devices=0");
    }

    @Test
    void aKernelThatDoesNotCompile() {
        Emulation.faults(12_080, 1, PLENTY, -1, false);
        assertThatThrownBy(CudaDeviceTest::open)
                .hasMessage("the kernels do not compile; target=sm_90, NVRTC=12.9,"
                        + " error=rows.cu(9): error: identifier \"k\" is undefined");
    }

    @Test
    void tooLittleMemory() throws IOException {
        try (CudaDevice device = open()) {
            Emulation.faults(12_080, 1, 1 << 27, -1, true);
            assertThatThrownBy(() -> device.allocate(1 << 28))
                    .isInstanceOf(DeviceMemoryException.class)
                    .hasMessageMatching("the device has not as much memory; bytes=268435456, free=[0-9]+");
        }
    }

    @Test
    void aLostDevice() throws IOException {
        CudaDevice device = open();
        long x = device.allocate(64);
        Emulation.faults(12_080, 1, PLENTY, 1, true);
        assertThatThrownBy(() -> device.launch("fill", 1, 1, 32, x, 16L, 1f))
                .hasMessage("the device fails; call=cuLaunchKernel, status=719, reason=unspecified launch failure");
    }

    @Test
    void precisionsByName() {
        assertThat(Precision.named(null)).isEqualTo(Precision.FLOAT32);
        assertThat(Precision.named("BFloat16")).isEqualTo(Precision.BFLOAT16);
        assertThatThrownBy(() -> Precision.named("float8"))
                .hasMessage("unknown precision; performer4j.cuda.precision=float8, known=float32, tf32, bfloat16");
    }
}
