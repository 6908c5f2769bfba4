package io.github.performer4j.training.watch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.step.ForwardingListener;
import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.task.Evaluation;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/**
 * What a live page shows of a run: steps so far, the last evaluations, memory, and what a {@link LiveProbe} found. Written by the run's thread, read by the page's.
 *
 * <p>Of long runs every second step is dropped whenever there are {@value #POINTS} of them.
 */
public final class LiveRun extends ForwardingListener {
    private static final int POINTS = 2000;

    private final String name;
    private final List<Progress> steps = new ArrayList<>();
    private final List<ObjectNode> evaluations = new ArrayList<>();
    private long every = 1;
    private Progress last;
    private String state = "reading";
    private List<AttentionProbe.LayerState> layers = List.of();
    private String note = "";
    private String sample = "";
    private long probedAt;

    /**
     * Makes the listener.
     *
     * @param name of the run
     * @param next who hears of everything, too
     */
    public LiveRun(String name, RunListener next) {
        super(next);
        this.name = name;
    }

    @Override
    public void start(Summary summary) {
        super.start(summary);
        synchronized (this) {
            state = "running";
        }
    }

    @Override
    public void step(Progress progress) {
        super.step(progress);
        synchronized (this) {
            last = progress;
            if (progress.step() % every == 0) {
                steps.add(progress);
            }
            if (steps.size() == POINTS) {
                every *= 2;
                steps.removeIf(step -> step.step() % every != 0);
            }
        }
    }

    @Override
    public void evaluation(long step, Evaluation evaluation, boolean best) {
        super.evaluation(step, evaluation, best);
        ObjectNode event = Json.MAPPER.createObjectNode().put("step", step).put("best", best);
        event.setAll((ObjectNode) Json.MAPPER.valueToTree(evaluation));
        synchronized (this) {
            evaluations.add(event);
        }
    }

    @Override
    public void finish(Outcome outcome, long step, double elapsed) {
        super.finish(outcome, step, elapsed);
        synchronized (this) {
            state = outcome == Outcome.STOPPED ? "stopped" : "finished";
        }
    }

    /**
     * Takes what a probe found.
     *
     * @param step parameter updates done
     * @param found of each layer; empty if nothing could be measured
     * @param why nothing could be measured, or there are no errors; empty else
     * @param text what the model writes; empty if it writes nothing
     */
    synchronized void probed(long step, List<AttentionProbe.LayerState> found, String why, String text) {
        probedAt = step;
        layers = List.copyOf(found);
        note = why;
        sample = text;
    }

    /** Returns the state as the page reads it. */
    public synchronized String json() {
        ObjectNode root = Json.MAPPER.createObjectNode().put("run", name).put("state", state);
        if (last != null) {
            root.set("last", Json.MAPPER.valueToTree(last));
        }
        ObjectNode curve = root.putObject("steps");
        ArrayNode step = curve.putArray("step");
        ArrayNode loss = curve.putArray("loss");
        ArrayNode speed = curve.putArray("tokensPerSecond");
        for (Progress progress : steps) {
            step.add(progress.step());
            loss.add(progress.loss());
            speed.add(Math.round(progress.tokensPerSecond()));
        }
        root.putArray("evaluations").addAll(evaluations);
        root.putObject("attention")
                .put("step", probedAt)
                .put("note", note)
                .set("layers", Json.MAPPER.valueToTree(layers));
        root.put("sample", sample);
        Runtime runtime = Runtime.getRuntime();
        root.putObject("memory")
                .put("heap", runtime.totalMemory() - runtime.freeMemory())
                .put("heapLimit", runtime.maxMemory())
                .put("process", Pointer.physicalBytes());
        return root.toString();
    }
}
