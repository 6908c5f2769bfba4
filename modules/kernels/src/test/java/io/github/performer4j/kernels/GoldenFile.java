package io.github.performer4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.kernels.memory.Matrix;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reference vectors of an independent program, golden.py beside them in the test resources. */
final class GoldenFile {
    /** Bound of max|a − b| / max|b| for results. */
    static final double VALUES = 1e-5;
    /** The same for gradients. */
    static final double GRADIENTS = 1e-4;

    private GoldenFile() {}

    static JsonNode read(String name) {
        try (InputStream in = GoldenFile.class.getResourceAsStream("/golden/" + name)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a matrix of the numbers of an array, row-major. */
    static Matrix matrix(JsonNode numbers, int rows, int columns) {
        assertThat(numbers.size()).isEqualTo(rows * columns);
        Matrix x = Matrix.allocate(rows, columns);
        for (int i = 0; i < numbers.size(); i++) {
            x.block().set(i, (float) numbers.get(i).asDouble());
        }
        return x;
    }

    /** Returns a matrix of NaN, for results. */
    static Matrix poisoned(int rows, int columns) {
        Matrix x = Matrix.allocate(rows, columns);
        x.block().poison();
        return x;
    }

    /** Checks numbers against an array of the same order. */
    static void close(String name, double[] got, JsonNode wanted, double bound) {
        assertThat(got).as(name).hasSize(wanted.size());
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).as("%s[%d]", name, i).isFinite();
            largest = Math.max(largest, Math.abs(wanted.get(i).asDouble()));
            difference = Math.max(difference, Math.abs(got[i] - wanted.get(i).asDouble()));
        }
        assertThat(difference).as("%s, largest %s", name, largest).isLessThanOrEqualTo(bound * largest);
    }

    static void close(String name, Matrix got, JsonNode wanted, double bound) {
        double[] values = new double[got.rows() * got.columns()];
        for (int i = 0; i < values.length; i++) {
            values[i] = got.get(i / got.columns(), i % got.columns());
        }
        close(name, values, wanted, bound);
    }
}
