package io.github.performer4j.core.layer;

import io.github.performer4j.core.layer.CpuPlace.Kind;
import java.util.ArrayList;
import java.util.List;

/** Hands out places of a backward pass: those of tasks anew in each region, those of the whole pass again where an earlier region has given them back. */
final class CpuSlots {
    private final List<CpuPlace> free = new ArrayList<>();
    private final List<CpuPlace> released = new ArrayList<>(); // in this region
    private int tasks;
    private int passes;

    /** Begins the plan of a region. */
    void beginRegion() {
        tasks = 0;
    }

    /** Ends it: what it has read for the last time is free for the next one. */
    void endRegion() {
        free.addAll(released);
        released.clear();
    }

    /** Returns a place for a block of rows. */
    CpuPlace task(int columns) {
        return new CpuPlace(Kind.TASK, tasks++, columns);
    }

    /** Returns a place for all rows. */
    CpuPlace pass(int columns) {
        for (CpuPlace place : free) {
            if (place.columns() == columns) {
                free.remove(place);
                return place;
            }
        }
        return new CpuPlace(Kind.PASS, passes++, columns);
    }

    /** Gives a place back at the end of the region; nothing if it is not of the whole pass. */
    void release(CpuPlace place) {
        if (place.kind() == Kind.PASS) {
            released.add(place);
        }
    }
}
