package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.mask.Mask;
import java.util.Arrays;

/** The masks of a batch, one for each item and head. */
public final class MaskBatch {
    private final MaskKind.Reader[] readers; // of items
    private final double[] parameters; // of the masks, [H,P]
    private final int each; // P
    private final Mask[] shared; // of heads, where items say nothing

    /**
     * Reads what items say.
     *
     * @param rows [B,S,W]; null where the kind reads none
     * @param count S
     * @param parameters the masks' own, [H,P]
     * @param where for messages
     * @throws IllegalArgumentException naming the item, if it says nothing that may be
     */
    public MaskBatch(
            MaskKind kind, double[] rows, int count, int batch, int places, double[] parameters, String where) {
        this(kind, readers(kind, rows, count, batch, places, where), parameters, rows == null, where);
    }

    /**
     * Takes what items say as it was read, see {@link #readers}.
     *
     * @param alone whether the kind reads nothing
     */
    public MaskBatch(MaskKind kind, MaskKind.Reader[] readers, double[] parameters, boolean alone, String where) {
        this.parameters = parameters;
        this.readers = readers;
        each = kind.parameters();
        shared = alone ? new Mask[parameters.length / each] : null;
        if (shared != null) {
            try {
                Arrays.setAll(shared, h -> readers[0].mask(parameters, h * each));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(e.getMessage() + where, e);
            }
        }
    }

    /**
     * Reads what items say.
     *
     * @param rows [B,S,W]; null where the kind reads none
     * @return of each item, or one where the kind reads none
     * @throws IllegalArgumentException naming the item, if it says nothing that may be
     */
    public static MaskKind.Reader[] readers(
            MaskKind kind, double[] rows, int count, int batch, int places, String where) {
        MaskKind.Reader[] readers = new MaskKind.Reader[rows == null ? 1 : batch];
        for (int b = 0; b < readers.length; b++) {
            try {
                readers[b] = kind.read(rows, b * (rows == null ? 0 : rows.length / batch), count, places);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(e.getMessage() + where + (rows == null ? "" : ", graph=" + b), e);
            }
        }
        return readers;
    }

    /** Returns the mask of an item and head. */
    public Mask mask(int item, int head) {
        return shared != null ? shared[head] : readers[item].mask(parameters, head * each);
    }
}
