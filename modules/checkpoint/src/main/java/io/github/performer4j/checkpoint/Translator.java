package io.github.performer4j.checkpoint;

import io.github.performer4j.core.net.DecoderSteps;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.WorkerPool;
import io.github.performer4j.kernels.memory.Matrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Targets for sources, of a model of an encoder and a decoder; {@link PerformerModel#translator} gives it. The encoder reads a source once; then the target is written token by token until the model
 * ends it, each at the same cost where attention is linear ({@link #obstacle} says where it is not, and the target is computed again for each token).
 *
 * <p>Targets are searched in breadth ({@link BeamSearch}): of all tokens behind all beams the most probable go on, and what has ended is compared by {@code Σ log p / tokens}, before what reached the longest length. The search ends when as many targets have ended as there are beams. One beam, unless told, is greedy decoding.
 * {@link #generate} draws tokens instead.
 *
 * <p>Immutable; each {@code with…} gives a copy. Safe for several threads, and equal calls give equal bits on any of them.
 */
public final class Translator {
    private final ModelInfo info;
    private final SourceNet net;
    private final StepPool<DecoderSteps> steps;
    private final InputReader reader;
    private final GenerationSettings settings;
    private final int beams;

    Translator(ModelInfo info, NetPool nets, StepPool<DecoderSteps> steps) {
        this(
                info,
                new SourceNet(nets, info),
                steps,
                GenerationSettings.defaults().withMaxNew(info.window()),
                1);
    }

    private Translator(
            ModelInfo info, SourceNet net, StepPool<DecoderSteps> steps, GenerationSettings settings, int beams) {
        this.info = info;
        this.net = net;
        this.steps = steps;
        this.reader = new InputReader(info);
        this.settings = settings;
        this.beams = beams;
    }

    /**
     * Loads a model for this use.
     *
     * @param zip the file
     * @throws IllegalArgumentException if the model is of another task
     * @throws IOException as {@link ModelFile#load}
     */
    public static Translator load(Path zip) throws IOException {
        return ModelFile.load(zip).translator();
    }

    /**
     * Returns a copy that follows so many targets at once.
     *
     * @throws IllegalArgumentException if the number is out of range
     */
    public Translator withBeams(int value) {
        Generator.requireBeams(value);
        return new Translator(info, net, steps, settings, value);
    }

    /**
     * Returns a copy that writes so many tokens at most, the end included.
     *
     * @throws IllegalArgumentException if the number is not from 1 to {@link ModelInfo#window}
     */
    public Translator withMaxNew(int value) {
        if (value < 1 || value > info.window()) {
            throw new IllegalArgumentException(
                    "a target's length must be positive, and no more than the model's positions; length=" + value
                            + ", window=" + info.window());
        }
        return new Translator(info, net, steps, settings.withMaxNew(value), beams);
    }

    /** Returns a copy that draws by other rules; for {@link #generate}. */
    public Translator withSampling(Sampling value) {
        return new Translator(info, net, steps, settings.withSampling(value), beams);
    }

    /** Returns a copy with another seed; for {@link #generate}. */
    public Translator withSeed(long value) {
        return new Translator(info, net, steps, settings.withSeed(value), beams);
    }

    /** Returns a copy that draws so many targets of a source; for {@link #generate}. */
    public Translator withCount(int value) {
        return new Translator(info, net, steps, settings.withCount(value), beams);
    }

    /** Returns what reads sources for this model. */
    public InputReader reader() {
        return reader;
    }

    /** Returns the most tokens of a target, the end included. */
    public int maxNew() {
        return settings.maxNew();
    }

    /** Returns which layer keeps no state, and why, in one line; null if all do. */
    public String obstacle() {
        return steps.obstacle();
    }

    /**
     * Returns the best target of a source that the beams found.
     *
     * @param source text or residues, of any length but 0 that fits the window
     * @throws IllegalArgumentException if the source has no token, does not fit, or is no single sequence of this model's kind
     */
    public Beam translate(String source) {
        return beams(source).get(0);
    }

    /**
     * Returns the best target of each source, in its place; sources are computed at once.
     *
     * @throws IllegalArgumentException as {@link #translate(String)}
     */
    public List<Beam> translate(List<String> sources) {
        return translateInputs(sources.stream().map(reader::read).toList());
    }

    /**
     * Returns the best target of each of what {@link #reader} has read.
     *
     * @throws IllegalArgumentException if an input is {@linkplain ModelInput#empty empty}, a pair, or does not fit the window
     */
    public List<Beam> translateInputs(List<ModelInput> inputs) {
        List<int[]> sources = framed(inputs);
        return each(sources.size(), i -> search(sources.get(i)).get(0));
    }

    /**
     * Returns the targets that the beams found, at most as many as there are beams, the best by {@link Beam#score} first.
     *
     * @throws IllegalArgumentException as {@link #translate(String)}
     */
    public List<Beam> beams(String source) {
        return search(framed(List.of(reader.read(source))).get(0));
    }

    /**
     * Draws targets of a source by the sampling, the seed and the count: target s is the same however many are drawn.
     *
     * @throws IllegalArgumentException as {@link #translate(String)}
     */
    public List<Generated> generate(String source) {
        int[] framed = framed(List.of(reader.read(source))).get(0);
        Matrix memory = memory(framed);
        return each(
                settings.count(),
                i -> with(framed, memory, lane -> Continuation.draw(settings, info.tokenizer(), lane, i, true)));
    }

    private List<Beam> search(int... source) {
        return with(
                source,
                memory(source),
                lane -> BeamSearch.whole(info.tokenizer(), settings.stops(), beams)
                        .run(lane, null, settings.maxNew()));
    }

    private List<int[]> framed(List<ModelInput> inputs) {
        Requests.requireTokens(inputs);
        List<int[]> all = new ArrayList<>();
        for (ModelInput input : inputs) {
            if (input.pair()) {
                throw new IllegalArgumentException("a source is one text; texts=2, input=" + all.size());
            }
            all.add(info.data().framing().frame(info.tokenizer(), input.ids()));
        }
        return all;
    }

    /** Returns what the encoder makes of a source; null where it is computed again for each token. */
    private Matrix memory(int... source) {
        return steps.obstacle() == null ? net.memory(source) : null;
    }

    /** Calls a function with the start of a source's target. */
    private <R> R with(int[] source, Matrix memory, Function<Lane, R> function) {
        int[] start = {info.tokenizer().specials().start()};
        GenerationState from = GenerationState.start(start);
        StepPool.Steps<DecoderSteps> own = steps.take();
        Lane.Reading reading = null;
        if (own != null) {
            reading = (state, ids, begin, end, next) -> own.steps().read(state, memory, ids, begin, end, next);
        }
        R result = function.apply(new Lane(info, target -> net.next(source, target), reading, Integer.MAX_VALUE, from));
        steps.give(own);
        return result;
    }

    private static <R> List<R> each(int count, Function<Integer, R> function) {
        int threads = Math.min(count, CpuKernels.shared().threads());
        if (threads < 2) {
            List<R> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(function.apply(i));
            }
            return all;
        }
        try (WorkerPool pool = new WorkerPool("performer4j-translate", threads)) {
            return pool.forEach(count, i -> {
                CpuKernels.stayOnThisThread(true);
                return function.apply(i);
            });
        }
    }
}
