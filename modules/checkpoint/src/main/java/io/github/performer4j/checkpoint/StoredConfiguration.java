package io.github.performer4j.checkpoint;

import io.github.performer4j.core.layer.ContrastLayer;
import java.io.IOException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;

/**
 * A net's configuration as a file has it.
 *
 * @param graph as this build has it
 * @param parameters how many numbers the net asks for, known before there is memory for them
 */
record StoredConfiguration(ComputationGraphConfiguration graph, long parameters) {
    /** Longest configuration, in characters: 8 Mi, of some 1,500 blocks. Nodes of JSON take up to thirty times as much. */
    static final int MAX_LENGTH = 1 << 23;

    /**
     * Reads a configuration.
     *
     * @param where file and entry, for messages
     * @throws IOException one line, if it is none, or asks for more than 2⁶³ − 1 numbers
     */
    static StoredConfiguration read(String json, String where) throws IOException {
        if (json.length() > MAX_LENGTH) {
            throw new IOException("the network cannot be restored; " + where
                    + ", cause=a configuration must have at most " + MAX_LENGTH + " characters, length="
                    + json.length());
        }
        try {
            ComputationGraphConfiguration graph = ComputationGraphConfiguration.fromJson(json);
            ContrastLayer.renew(graph);
            long parameters = graph.getVertices().values().stream()
                    .mapToLong(StoredConfiguration::parameters)
                    .reduce(0, Math::addExact);
            return new StoredConfiguration(graph, parameters);
        } catch (RuntimeException | StackOverflowError e) { // brackets in brackets
            throw refused(where, e);
        }
    }

    private static long parameters(GraphVertex vertex) {
        long parameters = vertex.numParams(true);
        if (parameters < 0) {
            throw new ArithmeticException("a vertex must have no more parameters than a long holds");
        }
        return parameters;
    }

    /** Returns an error of one line. */
    static IOException refused(String where, Throwable cause) {
        return new IOException(
                "the network cannot be restored; " + where + ", cause=" + GraphZip.firstLine(cause), cause);
    }
}
