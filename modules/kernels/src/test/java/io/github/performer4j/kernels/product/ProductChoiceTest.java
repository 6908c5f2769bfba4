package io.github.performer4j.kernels.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.KernelProperties.Library;
import io.github.performer4j.kernels.memory.Matrix;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which library is chosen, with and without its jars: in JVMs of their own, because the choice is made once. */
@Timeout(60)
class ProductChoiceTest {

    /** What a child runs: it names the library and prints a product's value. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            try (CpuKernels kernels = new CpuKernels(2)) {
                Matrix a = Matrix.allocate(3, 37);
                kernels.elements().fill(a, 0.5f);
                Matrix c = Matrix.allocate(3, 3);
                kernels.multiplyTransposed(a, a, 1, 0, c);
                System.out.println("chosen " + CpuKernels.products().name() + " " + c.get(2, 2));
            } catch (IllegalArgumentException e) {
                System.out.println("refused " + e.getMessage());
            }
        }
    }

    /** Runs the child without the jars whose names contain a word. */
    private static String run(String without, String... options) throws IOException, InterruptedException {
        String path = Arrays.stream(
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                                .split(File.pathSeparator))
                .filter(jar -> without.isEmpty() || !new File(jar).getName().contains(without))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(List.of(options));
        command.addAll(List.of("-Xmx64m", "-cp", path, Child.class.getName()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(50, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as(output).isZero();
        return output;
    }

    @Test
    void oneDnnIsTakenWhereItLoads() throws IOException, InterruptedException {
        assertThat(run("")).contains("chosen oneDNN 9.25").containsOnlyOnce("products of matrices by oneDNN 3.");
    }

    @Test
    void openBlasCanBeAskedFor() throws IOException, InterruptedException {
        assertThat(run("", "-Dperformer4j.products=OpenBLAS"))
                .contains("chosen OpenBLAS 9.25")
                .containsOnlyOnce("products of matrices by OpenBLAS 0.")
                .doesNotContain("no products by oneDNN");
    }

    @Test
    void withoutItsBinariesOpenBlasIsTakenAndTheLogSaysWhy() throws IOException, InterruptedException {
        assertThat(run("dnnl-3"))
                .contains("chosen OpenBLAS 9.25")
                .containsOnlyOnce("no products by oneDNN; reason=NoClassDef");
        assertThat(run("opencl-3")).contains("chosen OpenBLAS 9.25").containsOnlyOnce("no products by oneDNN; reason=");
    }

    @Test
    void whatIsAskedForAndCannotBeHadIsRefusedWithTheReason() throws IOException, InterruptedException {
        assertThat(run("dnnl-3", "-Dperformer4j.products=onednn"))
                .contains(
                        "refused the library of products cannot be had; performer4j.products=onednn, reason=NoClassDef")
                .doesNotContain("chosen");
        assertThat(run("", "-Dperformer4j.products=mkl"))
                .contains("refused performer4j.products must be onednn or openblas; performer4j.products=mkl");
    }

    @Test
    void aProcessorThatIsTooOldIsAReason() {
        assertThatThrownBy(() -> ProductChoice.choose(Library.ONEDNN, ProductChoiceTest::tooOld, OpenBlas::new))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the library of products cannot be had; performer4j.products=onednn, "
                        + "reason=the processor must have AVX2; isa=1");
        assertThat(ProductChoice.choose(null, ProductChoiceTest::tooOld, OpenBlas::new))
                .isInstanceOf(OpenBlas.class);
    }

    private static Products tooOld() {
        throw new IllegalStateException("the processor must have AVX2; isa=1");
    }
}
