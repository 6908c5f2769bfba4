package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.core.engine.Engine;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.gpu.Devices;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.FoundDevice;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine.Command;

/** {@code performer devices}: what models can run on here. */
@Command(
        name = "devices",
        description = "Show the engines, and the NVIDIA devices that there are, or why there are none.")
public final class DevicesCommand extends Action {
    @Override
    protected ObjectNode run() {
        ObjectNode results = object();
        ArrayNode engines = results.putArray("engines");
        for (Engine engine : Engines.all()) {
            engines.add(engine.name());
            out().println("engine  " + engine.name()
                    + (engine.equals(Engines.of(DataType.FLOAT)) ? "  (runs models in float32)" : ""));
        }
        ArrayNode devices = results.putArray("devices");
        try {
            List<String> found = Devices.all().stream().map(FoundDevice::words).toList();
            found.forEach(devices::add);
            found.forEach(device -> out().println("device  " + device));
            if (found.isEmpty()) {
                out().println("device  none: the driver has none");
            }
        } catch (DeviceException e) {
            results.put("missing", e.getMessage());
            out().println("device  none: " + e.getMessage());
        }
        return results;
    }
}
