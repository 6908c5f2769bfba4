package io.github.performer4j.training.watch;

import io.github.performer4j.training.step.ForwardingListener;
import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes a run's figures as TensorBoard's event files into its folder, {@code tensorboard --logdir runs} shows them: {@code train/loss}, {@code
 * train/learningRate}, {@code train/gradientNorm}, {@code train/tokensPerSecond}, {@code train/epoch} of each step, {@code valid/NAME} of each figure of
 * an evaluation that is defined, and {@code baseline/NAME} of what a simple rule has.
 *
 * <p>Each start of the run has a file of its own, named by the step at which it begins; where a run goes on, files of later starts are deleted and
 * TensorBoard forgets the steps that are made again. What cannot be written ends the run, as with all its files ({@link UncheckedIOException}).
 */
public final class EventFiles extends ForwardingListener {
    /** How the files' names begin, by which TensorBoard finds them. */
    private static final String PREFIX = "events.out.tfevents.";

    private static final Pattern OWN = Pattern.compile("[0-9]{10,}\\.performer4j");

    private final Path folder;
    private final InstantSource clock;
    private RecordFile file;

    /**
     * Makes the listener.
     *
     * @param next who hears of everything, too
     * @param folder the run folder, which is there when the run starts
     * @param clock the time of events
     */
    public EventFiles(RunListener next, Path folder, InstantSource clock) {
        super(next);
        this.folder = folder;
        this.clock = clock;
    }

    /** Returns whether a file's name is that of an event file that a run wrote; other programs' stay as they are. */
    public static boolean named(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(PREFIX)
                && OWN.matcher(name.substring(PREFIX.length())).matches();
    }

    /** Returns the event files of a run folder in the order of their names. */
    public static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(EventFiles::named).sorted().toList();
        }
    }

    @Override
    public void start(Summary summary) {
        super.start(summary);
        written(() -> {
            String name = String.format(Locale.ROOT, "%s%010d.performer4j", PREFIX, summary.firstStep());
            for (Path old : in(folder)) {
                if (old.getFileName().toString().compareTo(name) >= 0) {
                    Files.delete(old);
                }
            }
            close();
            file = new RecordFile(folder.resolve(name));
            file.write(Event.version(seconds()));
            file.write(Event.start(seconds(), summary.firstStep() + 1));
        });
    }

    @Override
    public void step(Progress progress) {
        super.step(progress);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("train/loss", progress.loss());
        values.put("train/learningRate", progress.learningRate());
        values.put("train/gradientNorm", progress.gradientNorm());
        values.put("train/tokensPerSecond", progress.tokensPerSecond());
        values.put("train/epoch", (double) progress.epoch());
        write(progress.step(), values);
    }

    @Override
    public void evaluation(long step, Evaluation evaluation, boolean best) {
        super.evaluation(step, evaluation, best);
        Map<String, Double> values = new LinkedHashMap<>();
        evaluation.figures().forEach((name, value) -> {
            if (value != null) {
                values.put("valid/" + name, value);
            }
        });
        evaluation.baselines().forEach((name, value) -> values.put("baseline/" + name, value));
        write(step, values);
    }

    @Override
    public void finish(Outcome outcome, long step, double elapsed) {
        super.finish(outcome, step, elapsed);
        written(this::close);
    }

    private void write(long step, Map<String, Double> values) {
        written(() -> {
            if (file != null) {
                file.write(Event.scalars(seconds(), step, values));
            }
        });
    }

    private void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private double seconds() {
        return clock.millis() / 1000.0;
    }

    private static void written(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Something that writes. */
    @FunctionalInterface
    private interface Writing {
        void run() throws IOException;
    }
}
