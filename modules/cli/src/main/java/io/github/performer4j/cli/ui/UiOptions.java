package io.github.performer4j.cli.ui;

import io.github.performer4j.cli.options.ListenAddress;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** {@code --ui}: pages of the run in a browser. */
public final class UiOptions {
    private static final int PORT = 9000;

    @Option(
            names = "--ui",
            description = {
                "Serve the run to a browser meanwhile: a live page (speed, memory, attention error, a sample) and Deeplearning4j's dashboard one port above."
            })
    private boolean ui;

    @Option(names = "--ui-port", paramLabel = "N", description = "Port of the live page (default: 9000).")
    private Integer port;

    @Option(
            names = "--ui-host",
            paramLabel = "H",
            description = "Serve on this address of the machine, to whoever reaches it (default: 127.0.0.1).")
    private String host;

    @Option(
            names = "--ui-every",
            paramLabel = "N",
            description = "Steps between two looks at attention and sample (default: 100).")
    private Integer every;

    /**
     * Starts serving, if that is asked for.
     *
     * @param run its name
     * @throws IllegalArgumentException if nothing can be served there
     */
    public Ui open(String run, PrintWriter err) throws IOException {
        if (!ui) {
            if (port != null || host != null || every != null) {
                throw new IllegalArgumentException("pages are served by --ui; --ui-port=" + port + ", --ui-host=" + host
                        + ", --ui-every=" + every);
            }
            return Ui.none();
        }
        int looks = every == null ? 100 : every;
        if (looks < 1) {
            throw new IllegalArgumentException("steps between two looks must be at least 1; --ui-every=" + looks);
        }
        int first = port == null ? PORT : port;
        if (first < 1 || first > 65_534) {
            throw new IllegalArgumentException(
                    "two ports are used, so the first must be in [1, 65534]; --ui-port=" + first);
        }
        String at = host == null ? ListenAddress.LOCAL : host;
        ListenAddress live = ListenAddress.of("--ui-host", at, "--ui-port", first);
        ListenAddress dashboard = ListenAddress.of("--ui-host", at, "--ui-port", first + 1);
        live.requireFree();
        dashboard.requireFree();
        String warning = live.warning("the run's figures and what its model writes");
        if (warning != null) {
            err.println(warning);
        }
        Ui opened = Ui.open(run, live, dashboard, looks);
        err.println("live page at http://" + live + "/, dashboard at http://" + dashboard + "/train/overview");
        err.flush();
        return opened;
    }
}
