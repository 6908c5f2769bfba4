package io.github.performer4j.gpu.device;

import java.util.HashMap;
import java.util.Map;

/**
 * Memory of a device by names: what has a name keeps its place as long as it needs no more room, so that a net whose batches have one shape takes memory in its first pass alone.
 */
public final class Arena implements AutoCloseable {
    private record Room(long address, long bytes) {}

    private final Device device;
    private final Map<Object, Room> rooms = new HashMap<>();
    private long moved;

    /** Begins without memory. */
    public Arena(Device device) {
        this.device = device;
    }

    /**
     * Returns the address of a room, whose content is what was written there last, or undefined where it has grown.
     *
     * @param name with equals and hashCode
     * @param values of 4 bytes, at least that many
     */
    public long room(Object name, long values) {
        long bytes = Math.max(1, values) * Float.BYTES;
        Room room = rooms.get(name);
        if (room == null || room.bytes() < bytes) {
            if (room != null) {
                device.free(room.address());
                rooms.remove(name);
                moved++;
            }
            room = new Room(device.allocate(bytes), bytes);
            rooms.put(name, room);
        }
        return room.address();
    }

    /** Returns how many bytes it has. */
    public long bytes() {
        return rooms.values().stream().mapToLong(Room::bytes).sum();
    }

    /** Returns how often a room has lost its place: while this stays, addresses that were returned hold. */
    public long moved() {
        return moved;
    }

    @Override
    public void close() {
        moved++;
        rooms.values().forEach(room -> device.free(room.address()));
        rooms.clear();
    }
}
