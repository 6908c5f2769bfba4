package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Segments;
import io.github.performer4j.core.program.Segments.Segment;

/** The places of the tokens of packed rows in their sequences, as kernels read them. */
public final class PackedPlaces {
    private PackedPlaces() {}

    /** Returns the place of each token, [B·T]; padding is counted with the sequence before it in its row, so that places up to the largest all occur. */
    public static int[] of(Segments segments) {
        int tokens = segments.tokens();
        boolean[] begins = new boolean[segments.batch() * tokens];
        for (Segment one : segments.all()) {
            begins[one.from()] = true;
        }
        int[] places = new int[begins.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = begins[i] || i % tokens == 0 ? 0 : places[i - 1] + 1;
        }
        return places;
    }
}
