package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * One integrator of a field, measured.
 *
 * @param kernel what kernel it stands for
 * @param integrator how it computes it
 * @param preparationMs time to prepare it, once, in ms
 * @param integrationMs median time of one field of four numbers a vertex, in ms; of brute force at some vertices only, at those
 * @param error relative error of the integral in the norm of Frobenius, at the vertices where it is taken; 0 of brute force
 * @param cosine mean cosine of hidden normals with those filled in
 */
public record FieldRow(
        String kernel, String integrator, double preparationMs, double integrationMs, double error, double cosine) {
    static final String HEADER = String.format(
            Locale.ROOT,
            "%-26s %-28s %14s %15s %11s %9s",
            "kernel",
            "integrator",
            "preparation ms",
            "integration ms",
            "error",
            "cosine");

    String line() {
        return String.format(
                Locale.ROOT,
                "%-26s %-28s %14.1f %15.1f %11.1e %9.4f",
                kernel,
                integrator,
                preparationMs,
                integrationMs,
                error,
                cosine);
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("kernel", kernel)
                .put("integrator", integrator)
                .put("preparation_ms", preparationMs)
                .put("integration_ms", integrationMs)
                .put("error", error)
                .put("cosine", cosine);
    }
}
