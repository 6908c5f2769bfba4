package io.github.performer4j.gpu.program;

import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.DeviceGraph;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Graphs of what a device is asked in a step, one for each shape. The first time a shape comes, calls are made one by one, and take the memory that they need; the second time they are recorded, and from
 * then on they are one call. Graphs hold addresses: when memory has moved since, they are recorded again.
 *
 * <p>Where the device records nothing, or fails to, calls are made one by one, which the log says.
 */
final class StepGraphs implements AutoCloseable {
    /** Shapes that are known at a time; of more, those are forgotten that were used longest ago. */
    static final int MOST = 16;

    private static final Logger LOG = LoggerFactory.getLogger(StepGraphs.class);

    private final Device device;
    private final Map<Object, Optional<DeviceGraph>> known = new LinkedHashMap<>(MOST, 0.75f, true);
    private boolean on;
    private long held; // what moved said when the graphs were recorded

    StepGraphs(Device device, boolean on) {
        this.device = device;
        this.on = on;
    }

    /**
     * Makes calls.
     *
     * @param shape what they depend on, apart from what lies in memory
     * @param moved how often memory that they use has lost its place
     */
    void run(Object shape, long moved, Runnable calls) {
        if (!on || !known.containsKey(shape)) {
            calls.run();
            remember(shape);
            return;
        }
        if (moved != held) {
            known.replaceAll((key, graph) -> closed(graph));
            held = moved;
        }
        Optional<DeviceGraph> graph = known.get(shape);
        if (graph.isEmpty()) {
            graph = recorded(calls);
            known.put(shape, graph);
        }
        graph.ifPresentOrElse(DeviceGraph::launch, calls);
    }

    private void remember(Object shape) {
        if (!on) {
            return;
        }
        known.put(shape, Optional.empty());
        if (known.size() > MOST) {
            Object oldest = known.keySet().iterator().next();
            closed(known.remove(oldest));
        }
    }

    private static Optional<DeviceGraph> closed(Optional<DeviceGraph> graph) {
        graph.ifPresent(DeviceGraph::close);
        return Optional.empty();
    }

    private Optional<DeviceGraph> recorded(Runnable calls) {
        try {
            Optional<DeviceGraph> graph = device.capture(calls);
            on = graph.isPresent();
            return graph;
        } catch (DeviceException e) {
            on = false;
            LOG.warn("steps are not recorded as graphs, and go on call by call; {}", e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        known.replaceAll((key, graph) -> closed(graph));
        known.clear();
    }
}
