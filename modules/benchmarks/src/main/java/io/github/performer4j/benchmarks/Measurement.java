package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What one cell took; null where it was not measured.
 *
 * @param forwardMs median of a forward pass without training, in milliseconds
 * @param forwardBackwardMs median of a forward and backward pass, in milliseconds
 * @param forwardRuns runs behind the first median
 * @param forwardBackwardRuns runs behind the second
 * @param peakBytes high-water mark of the process's resident memory; null where the system does not tell
 * @param startBytes the same mark before the layer was built: JVM, ND4J and its libraries
 * @param residentBytes resident memory at the end, where all systems tell; the layer's blocks are still held then
 * @param reason why there is no figure, in one line; null if there is
 */
public record Measurement(
        Double forwardMs,
        Double forwardBackwardMs,
        int forwardRuns,
        int forwardBackwardRuns,
        Long peakBytes,
        Long startBytes,
        Long residentBytes,
        String reason) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Returns a cell that could not be measured. */
    public static Measurement none(String reason) {
        return new Measurement(null, null, 0, 0, null, null, null, reason);
    }

    /** Returns one line of JSON. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads {@link #toJson}.
     *
     * @throws IllegalArgumentException if the text is not a measurement
     */
    public static Measurement fromJson(String json) {
        try {
            return JSON.readValue(json, Measurement.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a measurement; " + e.getOriginalMessage(), e);
        }
    }
}
