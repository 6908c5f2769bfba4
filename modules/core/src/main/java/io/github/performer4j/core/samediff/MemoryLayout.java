package io.github.performer4j.core.samediff;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Places arrays in a block so that two which live at the same time never overlap: first fit, in order of birth. */
final class MemoryLayout {
    private MemoryLayout() {}

    /**
     * Sets the offset of each slot.
     *
     * @param slots variables with known shapes, first and last step
     * @return number of elements that the block needs
     */
    static long place(List<Slot> slots) {
        List<Slot> byBirth = new ArrayList<>(slots);
        byBirth.sort(Comparator.comparingInt(s -> s.first));
        List<Slot> alive = new ArrayList<>(); // by offset
        long size = 0;
        for (Slot slot : byBirth) {
            alive.removeIf(other -> other.last < slot.first);
            long offset = 0;
            int position = 0;
            long need = Arena.aligned(slot.elements());
            for (Slot other : alive) {
                if (other.offset - offset >= need) {
                    break;
                }
                offset = other.offset + Arena.aligned(other.elements());
                position++;
            }
            slot.offset = offset;
            alive.add(position, slot);
            size = Math.max(size, offset + need);
        }
        return size;
    }
}
