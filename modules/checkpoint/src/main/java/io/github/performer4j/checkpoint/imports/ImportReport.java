package io.github.performer4j.checkpoint.imports;

import java.util.List;
import java.util.stream.Stream;

/**
 * What became of each tensor and of each parameter.
 *
 * @param mapped tensors that parameters are made of
 * @param leftOut tensors without a place here
 * @param zeros parameters that the other model does not have, and that are 0
 * @param fresh parameters that the other model does not have, and that are as initialised, such as those of another attention
 * @param notes what is not as in the other program
 */
public record ImportReport(
        List<Line> mapped, List<Line> leftOut, List<String> zeros, List<String> fresh, List<String> notes) {
    /** Copies the lists. */
    public ImportReport {
        mapped = List.copyOf(mapped);
        leftOut = List.copyOf(leftOut);
        zeros = List.copyOf(zeros);
        fresh = List.copyOf(fresh);
        notes = List.copyOf(notes);
    }

    /** Returns the same with more notes. */
    ImportReport with(List<String> more) {
        return new ImportReport(
                mapped,
                leftOut,
                zeros,
                fresh,
                Stream.concat(notes.stream(), more.stream()).toList());
    }

    /**
     * One tensor.
     *
     * @param tensor its name
     * @param type of its elements
     * @param shape dimensions
     * @param what the parameters that it makes, or why it is left out
     */
    public record Line(String tensor, String type, List<Long> shape, String what) {
        /** Copies the shape. */
        public Line {
            shape = List.copyOf(shape);
        }
    }
}
