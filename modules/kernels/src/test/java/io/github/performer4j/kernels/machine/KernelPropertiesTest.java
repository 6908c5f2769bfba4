package io.github.performer4j.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A property that makes no sense is refused with rule and value, never read as something else. */
class KernelPropertiesTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1025", "2147483648", "two", "", "1.5"})
    void threadsThatAreNoNumberOfThreads(String value) {
        with(KernelProperties.THREADS, value, () -> {
            assertThatThrownBy(KernelProperties::threads)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("performer4j.threads must be a number from 1 to 1024; performer4j.threads=" + value);
            return null;
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "' 3 ', 3", "1024, 1024"})
    void threadsThatAre(String value, int threads) {
        assertThat(KernelPropertiesTest.<Integer>with(KernelProperties.THREADS, value, KernelProperties::threads))
                .isEqualTo(threads);
    }

    @ParameterizedTest
    @CsvSource({"true, true", "FALSE, false", "False, false"})
    void vectorInAnyCase(String value, boolean vector) {
        assertThat(KernelPropertiesTest.<Boolean>with(KernelProperties.VECTOR, value, KernelProperties::vector))
                .isEqualTo(vector);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "1", "", "off"})
    void vectorThatIsNeither(String value) {
        with(KernelProperties.VECTOR, value, () -> {
            assertThatThrownBy(KernelProperties::vector)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("performer4j.vector must be true or false; performer4j.vector=" + value);
            return null;
        });
    }

    @ParameterizedTest
    @CsvSource({"float32, FLOAT32", "' BFloat16', BFLOAT16", "bfloat16X3, BFLOAT16X3"})
    void precisionInAnyCase(String value, Precision precision) {
        assertThat(KernelPropertiesTest.<Precision>with(KernelProperties.PRECISION, value, KernelProperties::precision))
                .isEqualTo(precision);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tf32", "half", ""})
    void precisionThatIsNone(String value) {
        with(KernelProperties.PRECISION, value, () -> {
            assertThatThrownBy(KernelProperties::precision)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("performer4j.precision must be float32, bfloat16 or bfloat16x3; performer4j.precision="
                            + value);
            return null;
        });
    }

    private static <T> T with(String name, String value, Supplier<T> check) {
        String before = System.setProperty(name, value);
        try {
            return check.get();
        } finally {
            if (before == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, before);
            }
        }
    }
}
