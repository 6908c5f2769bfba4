package io.github.performer4j.cli.options;

import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.watch.RunGauges;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;

/** Serves the figures of runs until it is closed; or nothing, where that was not asked for. */
public final class MetricsServer implements AutoCloseable {
    private final HTTPServer server;
    private final RunGauges gauges;

    MetricsServer(HTTPServer server, RunGauges gauges) {
        this.server = server;
        this.gauges = gauges;
    }

    /**
     * Returns a listener that keeps a run's figures, or the next one where nothing is served.
     *
     * @param run the name of the run, a label of its figures
     */
    public RunListener listener(String run, RunListener next) {
        return gauges == null ? next : gauges.listener(run, next);
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
