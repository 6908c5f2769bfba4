package io.github.performer4j.cli.options;

import io.github.performer4j.training.watch.RunGauges;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** {@code --metrics-port} and {@code --metrics-host}: figures of a long command for Prometheus, while it goes on. */
public final class MetricsOptions {
    @Option(
            names = "--metrics-port",
            paramLabel = "N",
            description =
                    "Serve steps, losses, speed and memory to Prometheus at http://127.0.0.1:N/metrics meanwhile.")
    private Integer port;

    @Option(
            names = "--metrics-host",
            paramLabel = "H",
            description = "Serve them on this address of the machine, to whoever reaches it (default: 127.0.0.1).")
    private String host;

    /**
     * Starts serving, if that is asked for.
     *
     * @param err is told where, and who can read it
     * @throws IllegalArgumentException if nothing can be served there
     */
    public MetricsServer open(PrintWriter err) throws IOException {
        if (port == null) {
            if (host != null) {
                throw new IllegalArgumentException("a host of metrics needs a port; --metrics-host=" + host);
            }
            return new MetricsServer(null, null);
        }
        ListenAddress address =
                ListenAddress.of("--metrics-host", host == null ? ListenAddress.LOCAL : host, "--metrics-port", port);
        address.requireFree();
        PrometheusRegistry registry = new PrometheusRegistry();
        RunGauges gauges = new RunGauges(registry);
        HTTPServer server = HTTPServer.builder()
                .inetAddress(address.host())
                .port(port)
                .registry(registry)
                .buildAndStart();
        String warning = address.warning("the run's figures");
        if (warning != null) {
            err.println(warning);
        }
        err.println("metrics at http://" + address + "/metrics");
        err.flush();
        return new MetricsServer(server, gauges);
    }
}
