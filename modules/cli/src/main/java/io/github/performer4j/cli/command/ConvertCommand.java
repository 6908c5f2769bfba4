package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.StopSignal;
import io.github.performer4j.cli.options.ConfigurationOptions;
import io.github.performer4j.cli.options.EngineOption;
import io.github.performer4j.cli.options.LinearAttention;
import io.github.performer4j.cli.options.ModelAndData;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.options.Threads;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Terminal;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.kernels.machine.KernelProperties;
import io.github.performer4j.training.convert.Agreement;
import io.github.performer4j.training.convert.Conversion;
import io.github.performer4j.training.convert.FeatureFit;
import io.github.performer4j.training.step.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code performer convert}: a trained model gets another attention, and learns to compute what it computed before. */
@Command(
        name = "convert",
        description = {
            "Give a trained model another attention: it keeps its weights and learns, from texts without labels, to compute what it computed before.",
            "A part of the texts is held out; on it the vectors of both models are compared, before and after."
        })
public final class ConvertCommand extends Action {
    /** Most held-out texts that are compared. */
    private static final int COMPARED = 200;

    private static final int TOKENS = 512;
    private static final int EACH = 50; // steps of a fit between two lines
    private static final double HELD_OUT = 0.05;
    private static final double RATE = 1e-3;

    @Mixin
    private ModelAndData input;

    @Option(names = "--out", required = true, paramLabel = "F.zip", description = "A new model file to write.")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LinearAttention linear;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Change more of model.attention, or of the training: --set training.learningRate=3e-4.")
    private Map<String, String> changes = new LinkedHashMap<>();

    @Option(names = "--steps", paramLabel = "N", description = "Updates.")
    private Long steps;

    @Option(names = "--minutes", paramLabel = "M", description = "Time to learn (default: 10, without --steps).")
    private Double minutes;

    @Option(
            names = "--fit-steps",
            paramLabel = "N",
            description =
                    "Steps in front of all others in which features alone learn: each block's projection, a parameter then, from what the model's exact attention computes.")
    private Long fitSteps;

    @Option(names = "--threads", paramLabel = "N", description = "Worker threads (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private EngineOption engine;

    @Override
    protected ObjectNode run() throws IOException {
        requireNew("--out", out);
        engine.apply();
        PerformerModel loaded = input.load();
        Models.requireNoSource(loaded, "convert");
        PerformerModel teacher = inSmallBatches(loaded);
        if (fitSteps != null && fitSteps < 1) {
            throw new IllegalArgumentException("--fit-steps must be positive; --fit-steps " + fitSteps);
        }
        ConversionSettings settings = new ConversionSettings(teacher.info(), training(), all());
        Conversion conversion = new Conversion(teacher, settings.model(), settings.training());
        if (fitSteps != null) {
            conversion.requireFeatures();
        }
        Corpus corpus = input.vectors(teacher);
        Unknowns.report(corpus, err());
        Corpus.Split split = corpus.split(HELD_OUT, settings.training().seed());
        List<int[]> texts = texts(split.valid(), teacher.info().window());
        Agreement before = Agreement.of(teacher, conversion.unlearned(), texts);
        tell("before", before);
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
        Conversion.Result result;
        FeatureFit fit;
        try (StopSignal signal = StopSignal.install(err(), () -> {
            stopped.set(true);
            stop.get().run();
        })) {
            fit = fit(conversion, split, stopped::get);
            if (fit != null) {
                tell("features fitted", Agreement.of(teacher, conversion.unlearned(), texts));
            }
            result = conversion.learn(split.train(), Terminal.progress(err()), request -> {
                stop.set(request);
                if (stopped.get()) {
                    request.run();
                }
            });
            signal.endIfFired();
        }
        Agreement after = Agreement.of(teacher, result.model(), texts);
        ModelFile.save(
                out,
                result.model().net(),
                result.model().info().withData(loaded.info().data()),
                false,
                Map.of());
        tell("after " + Figures.count(result.steps()) + " steps", after);
        PerformerConfig model = settings.model();
        out().printf(
                        Locale.ROOT,
                        "%s: %s attention, %s, M = %d -> %s%n",
                        input.model(),
                        model.attention().kind(),
                        model.attention().featureMap(),
                        model.attention().features(),
                        out);
        ObjectNode results = object().put("out", out.toString()).put("steps", result.steps());
        results.putObject("before")
                .put("cosine", before.mean())
                .put("low", before.low())
                .put("order", before.order());
        results.putObject("after")
                .put("cosine", after.mean())
                .put("low", after.low())
                .put("order", after.order());
        if (fit != null) {
            ObjectNode errors = results.putObject("fit").put("steps", fit.steps());
            fit.before().forEach(errors.putObject("before")::put);
            fit.after().forEach(errors.putObject("after")::put);
        }
        return results.put("texts", after.texts()).put("precision", products());
    }

    /** Fits features, where that is asked for; else null. */
    private FeatureFit fit(Conversion conversion, Corpus.Split split, BooleanSupplier stopped) throws IOException {
        if (fitSteps == null) {
            return null;
        }
        FeatureFit fit = conversion.fit(split.valid(), split.train(), fitSteps, (step, error) -> {
            if (step == 1 || step % EACH == 0) {
                err().printf(Locale.ROOT, "fit step %s  error %.4f%n", Figures.count(step), error);
            }
            return !stopped.getAsBoolean();
        });
        fit.before()
                .forEach((layer, error) -> out().printf(
                                Locale.ROOT,
                                "%s: relative error of attention %.4f as drawn, %.4f after %s steps%n",
                                layer,
                                error,
                                fit.after().get(layer),
                                Figures.count(fit.steps())));
        return fit;
    }

    private Map<String, String> all() {
        ConfigurationOptions.refuseRepeats(spec, changes);
        Map<String, String> all = new LinkedHashMap<>(changes);
        if (fitSteps != null) {
            all.putIfAbsent("model.attention.learnedProjection", "true");
        }
        linear.changes().forEach((key, value) -> {
            String path = "model." + key;
            if (all.put(path, value.toString()) != null) {
                throw new IllegalArgumentException("a value is set once; --set " + path + "=" + changes.get(path)
                        + " and --attention, " + path + "=" + value);
            }
        });
        return all;
    }

    private TrainingConfig training() {
        TrainingConfig defaults = TrainingConfig.defaults()
                .withLearningRate(RATE)
                .withWarmupSteps(20)
                .withWeightDecay(0)
                .withSeed(seed(1))
                .withAccumulate(2)
                .withThreads(Threads.checked(threads));
        return TrainCommand.length(defaults, minutes == null && steps == null ? Double.valueOf(10) : minutes, steps);
    }

    /** The same model with data in batches of a window or {@link #TOKENS}: a conversion is short, and many small steps take it further than a few large ones. */
    private static PerformerModel inSmallBatches(PerformerModel model) {
        DataConfig data = model.info().data();
        int tokens = Math.min(data.tokensPerBatch(), Math.max(TOKENS, data.maxTokens()));
        DataConfig reading = data.withTokensPerBatch(tokens)
                .withPacking(false) // attention is compared row by row
                .withSplitFile(null); // which was of other data
        if (reading.framing() == Framing.PACKED) {
            reading = reading.withFraming(Framing.START); // states are compared token by token
        }
        return new PerformerModel(model.net(), model.info().withData(reading));
    }

    /** Returns token ids of the first texts, each as long as the window allows. */
    static List<int[]> texts(Corpus held, int window) throws IOException {
        List<int[]> texts = new ArrayList<>();
        try (DocumentStream stream = held.stream()) {
            for (Document next = stream.next(); next != null && texts.size() < COMPARED; next = stream.next()) {
                int length = Math.min(next.tokens().length, window - 2); // room for the frame
                if (length > 0) {
                    texts.add(java.util.Arrays.copyOf(next.tokens(), length));
                }
            }
        }
        return texts;
    }

    private void tell(String when, Agreement agreement) {
        out().printf(
                        Locale.ROOT,
                        "%s: cosine to the model's own vectors %.4f, one text in twenty below %.4f; order of pairs %s (%d held-out texts, products in %s)%n",
                        when,
                        agreement.mean(),
                        agreement.low(),
                        agreement.order() == null ? "-" : String.format(Locale.ROOT, "%.4f", agreement.order()),
                        agreement.texts(),
                        products());
        out().flush();
    }

    /** What both models were compared in. */
    private static String products() {
        return KernelProperties.precision().name().toLowerCase(Locale.ROOT);
    }
}
