package io.github.performer4j.training.watch;

import io.github.performer4j.training.step.ForwardingListener;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.task.Evaluation;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.function.LongSupplier;
import org.bytedeco.javacpp.Pointer;

/**
 * Where runs stand, as Prometheus' gauges, each with a label {@code run}:
 *
 * <pre>
 * performer4j_step  performer4j_epoch  performer4j_loss  performer4j_learning_rate  performer4j_gradient_norm
 * performer4j_tokens_per_second  performer4j_elapsed_seconds  performer4j_remaining_seconds
 * performer4j_evaluation{run, figure}  performer4j_baseline{run, figure}
 * </pre>
 *
 * <p>and, of the process, {@code performer4j_heap_bytes} and {@code performer4j_physical_bytes}. A loss is a mean over what is predicted, in nats where that is tokens
 * or classes; a figure that is not defined has no gauge.
 */
public final class RunGauges {
    private static final String RUN = "run";

    private final PrometheusRegistry registry;
    private final Gauge step;
    private final Gauge epoch;
    private final Gauge loss;
    private final Gauge learningRate;
    private final Gauge gradientNorm;
    private final Gauge tokensPerSecond;
    private final Gauge elapsed;
    private final Gauge remaining;
    private final Gauge evaluation;
    private final Gauge baseline;

    /**
     * Registers the gauges.
     *
     * @param registry one without gauges of these names
     */
    public RunGauges(PrometheusRegistry registry) {
        this.registry = registry;
        step = gauge("step", "parameter updates done", RUN);
        epoch = gauge("epoch", "the epoch being read, from 0", RUN);
        loss = gauge("loss", "mean loss of the last step over what is predicted", RUN);
        learningRate = gauge("learning_rate", "learning rate of the last step", RUN);
        gradientNorm = gauge("gradient_norm", "norm of the last step's gradient before clipping", RUN);
        tokensPerSecond = gauge("tokens_per_second", "real tokens of the last step by its time", RUN);
        elapsed = gauge("elapsed_seconds", "training time so far", RUN);
        remaining = gauge("remaining_seconds", "training time left, as estimated", RUN);
        evaluation = gauge("evaluation", "figures of the last evaluation on held-out data", RUN, "figure");
        baseline = gauge("baseline", "the primary figure of simple rules on the same data", RUN, "figure");
        process(
                "heap",
                "used memory of Java's heap",
                () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        process("physical", "physical memory of the process, arrays included", Pointer::physicalBytes);
    }

    /**
     * Returns a listener that keeps the gauges of one run.
     *
     * @param run value of the label
     * @param next who hears of everything, too
     */
    public RunListener listener(String run, RunListener next) {
        return new ForwardingListener(next) {
            @Override
            public void step(Progress progress) {
                super.step(progress);
                step.labelValues(run).set(progress.step());
                epoch.labelValues(run).set(progress.epoch());
                loss.labelValues(run).set(progress.loss());
                learningRate.labelValues(run).set(progress.learningRate());
                gradientNorm.labelValues(run).set(progress.gradientNorm());
                tokensPerSecond.labelValues(run).set(progress.tokensPerSecond());
                elapsed.labelValues(run).set(progress.elapsed());
                remaining.labelValues(run).set(progress.secondsLeft());
            }

            @Override
            public void evaluation(long at, Evaluation figures, boolean best) {
                super.evaluation(at, figures, best);
                figures.figures().forEach((name, value) -> {
                    if (value == null) {
                        evaluation.remove(run, name);
                    } else {
                        evaluation.labelValues(run, name).set(value);
                    }
                });
                figures.baselines()
                        .forEach(
                                (name, value) -> baseline.labelValues(run, name).set(value));
            }
        };
    }

    private Gauge gauge(String name, String help, String... labels) {
        return Gauge.builder()
                .name("performer4j_" + name)
                .help(help)
                .labelNames(labels)
                .register(registry);
    }

    private void process(String name, String help, LongSupplier bytes) {
        GaugeWithCallback.builder()
                .name("performer4j_" + name)
                .unit(Unit.BYTES)
                .help(help)
                .callback(callback -> callback.call(bytes.getAsLong()))
                .register(registry);
    }
}
