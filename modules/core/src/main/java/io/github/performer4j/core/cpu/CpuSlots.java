package io.github.performer4j.core.cpu;

import io.github.performer4j.core.cpu.CpuPlace.Kind;
import io.github.performer4j.core.program.Value;
import java.util.ArrayList;
import java.util.List;

/** Hands out places of a pass, forward or backward: those of tasks anew in each region, those of the whole pass again where an earlier region has given them back. */
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

    /** Returns a place for a block of rows of a value, or of its gradient. */
    CpuPlace task(Value value) {
        return new CpuPlace(Kind.TASK, tasks++, value.side(), value.columns());
    }

    /** Returns a place for all rows of a value, or of its gradient. */
    CpuPlace pass(Value value) {
        for (CpuPlace place : free) {
            if (place.columns() == value.columns() && place.side() == value.side()) {
                free.remove(place);
                return place;
            }
        }
        return new CpuPlace(Kind.PASS, passes++, value.side(), value.columns());
    }

    /** Gives a place back at the end of the region; nothing if it is not of the whole pass. */
    void release(CpuPlace place) {
        if (place.kind() == Kind.PASS) {
            released.add(place);
        }
    }
}
