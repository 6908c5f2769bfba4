package io.github.performer4j.cli.ui;

import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.cli.options.ListenAddress;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.watch.LiveProbe;
import io.github.performer4j.training.watch.LiveRun;
import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/** The pages of one run, until they are closed; or none. */
public final class Ui implements AutoCloseable {
    /** Steps between two reports to the dashboard, which copy parameters and activations. */
    private static final int REPORTS = 10;

    private final String name;
    private final int every;
    private final InMemoryStatsStorage storage;
    private LiveRun run;
    private LivePage page;
    private Dashboard dashboard;

    private Ui(String name, int every, InMemoryStatsStorage storage) {
        this.name = name;
        this.every = every;
        this.storage = storage;
    }

    static Ui none() {
        return new Ui(null, 0, null);
    }

    static Ui open(String name, ListenAddress live, ListenAddress dashboard, int every) throws IOException {
        Ui ui = new Ui(name, every, new InMemoryStatsStorage());
        ui.run = new LiveRun(name, RunListener.NONE);
        ui.dashboard = Dashboard.start(dashboard, ui.storage);
        try {
            ui.page = new LivePage(live, () -> ui.state(dashboard.port()));
        } catch (IOException | RuntimeException e) {
            ui.dashboard.close();
            throw e;
        }
        return ui;
    }

    private String state(int dashboardPort) {
        LiveRun shown;
        synchronized (this) {
            shown = run;
        }
        String json = shown.json();
        return json.substring(0, json.length() - 1) + ",\"dashboard\":" + dashboardPort + "}";
    }

    /** Returns a listener that shows the run, or the next one where nothing is served. */
    public RunListener listener(RunListener next) {
        if (page == null) {
            return next;
        }
        synchronized (this) {
            run = new LiveRun(name, next);
            return run;
        }
    }

    /** Lets the pages hear of the net. */
    public void watch(ComputationGraph net, ModelInfo info) {
        if (page != null) {
            net.addListeners(new LiveProbe(run, info, every), new StatsListener(storage, REPORTS));
        }
    }

    @Override
    public void close() {
        if (page != null) {
            page.close();
            dashboard.close();
        }
    }
}
