package io.github.performer4j.checkpoint;

/**
 * What a file in a format of other programs is to be made for.
 *
 * @param batch B, sequences at once; null for the format's own
 * @param tokens T of each sequence; null for the model's window
 * @param masked whether sequences may be padded, so that the file takes a mask
 */
public record ExportSettings(Integer batch, Integer tokens, boolean masked) {
    /** Returns the settings that fit most: padded sequences of the model's window. */
    public static ExportSettings defaults() {
        return new ExportSettings(null, null, true);
    }
}
