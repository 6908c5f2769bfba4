package io.github.performer4j.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.math.Activation;
import io.github.performer4j.kernels.memory.Matrix;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The choice between the Vector API and plain Java, in JVMs of their own, because it is made once. */
@Timeout(60)
class SimdTest {
    private static final String FLAG = "--add-modules";
    private static final String MODULE = "jdk.incubator.vector";

    /** What a child runs: it names the implementation and prints Φ(1) from a matrix of ones. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            try (CpuKernels kernels = new CpuKernels(2)) {
                Matrix z = Matrix.allocate(3, 37);
                kernels.elements().fill(z, 1);
                kernels.elements().activate(Activation.GELU, z, z);
                System.out.println(kernels.elements().getClass().getSimpleName() + " " + CpuKernels.vectorized() + " "
                        + z.get(2, 36));
            }
        }
    }

    private static String run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-Xmx64m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Child.class.getName()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(50, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as(output).isZero();
        return output;
    }

    @Test
    void withTheFlagVectorsAreUsedSilently() throws IOException, InterruptedException {
        assertThat(run(FLAG, MODULE))
                .contains("VectorLayerElements true 0.8413")
                .doesNotContain("plain Java");
    }

    @Test
    void withoutTheFlagPlainJavaWorksAndTheLogSaysHowToBeFast() throws IOException, InterruptedException {
        assertThat(run())
                .contains("PlainLayerElements false 0.8413")
                .containsOnlyOnce("start Java with --add-modules jdk.incubator.vector");
    }

    @Test
    void plainJavaCanBeAskedFor() throws IOException, InterruptedException {
        assertThat(run(FLAG, MODULE, "-Dperformer4j.vector=false"))
                .contains("PlainLayerElements false 0.8413")
                .contains("as performer4j.vector=false asks");
    }

    @Test
    void aClassThatDoesNotExistIsNamed() {
        assertThatThrownBy(() -> Simd.load("Nothing"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("name=Nothing");
    }
}
