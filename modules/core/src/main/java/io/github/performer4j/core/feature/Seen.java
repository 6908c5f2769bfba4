package io.github.performer4j.core.feature;

/** What a fitted map sees of the queries, or of the keys, that a frame is for: scaled, padding left out. */
public final class Seen {
    private final double[][] rows; // null where only moments are known
    private final Moments moments; // null until they are asked for

    private Seen(double[][] rows, Moments moments) {
        this.rows = rows;
        this.moments = moments;
    }

    /**
     * Sees rows, and their moments.
     *
     * @param rows [n][D], n ≥ 0
     * @param size D
     */
    public static Seen of(double[][] rows, int size) {
        return new Seen(rows, rows.length == 0 ? Moments.none(size) : null);
    }

    /** Sees moments only; {@link Moments#none} where there is nothing to see. */
    public static Seen of(Moments moments) {
        return new Seen(null, moments);
    }

    /** Returns the moments of the rows. */
    public Moments moments() {
        return moments == null ? Moments.of(rows) : moments;
    }

    /**
     * Returns the rows, [n][D].
     *
     * @throws IllegalStateException if only moments are known
     */
    public double[][] rows() {
        if (rows == null) {
            throw new IllegalStateException("rows are for maps that ask for them; known=moments");
        }
        return rows;
    }
}
