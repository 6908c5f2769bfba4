package io.github.performer4j.checkpoint;

import io.github.performer4j.core.net.TokenSteps;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.WorkerPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Continues texts with a causal language model: the prompt is read in parts, and each token costs the same, O(M·D) for a head of M features and size D, however long the text has become.
 *
 * <p>Where absolute positions end ({@link #reach}), and where a layer keeps no state ({@link #obstacle}), the window of the last tokens is computed again for each token.
 *
 * <p>Immutable; each {@code with…} gives a copy. A pure function of its arguments: the draws of sequence s are the same whatever else is generated at once, and fewer tokens are the beginning of more.
 */
public final class Generator {
    /** Most texts of one call: 2²⁰. */
    public static final int MAX_COUNT = 1 << 20;

    private static final int MAX_BEAMS = 4096;

    private final PerformerModel model;
    private final GenerationSettings settings;

    /** Receives text as it comes: the pieces of {@link Generated#text} in their order, one call at a time. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Takes more of a text.
         *
         * @param sequence number of the text, from 0
         * @param more at least one character; whole ones, and none that may belong to a stop string
         */
        void text(int sequence, String more);
    }

    /**
     * Takes a model; 256 tokens of one text at most, by the model's own probabilities and the seed 1, unless told.
     *
     * @throws IllegalArgumentException if the model is of another task
     */
    public Generator(PerformerModel model) {
        this(model, GenerationSettings.defaults());
        Requests.task(model.info(), CausalLanguageModel.class, "generate", CausalLanguageModel.NAME);
    }

    private Generator(PerformerModel model, GenerationSettings settings) {
        this.model = model;
        this.settings = settings;
    }

    /**
     * Loads a model for this use.
     *
     * @param zip the file
     * @throws IllegalArgumentException if the model is of another task
     * @throws IOException as {@link ModelFile#load}
     */
    public static Generator load(Path zip) throws IOException {
        return new Generator(ModelFile.load(zip));
    }

    /** Returns a copy with other rules of drawing. */
    public Generator withSampling(Sampling value) {
        return new Generator(model, settings.withSampling(value));
    }

    /** Returns a copy with another seed. */
    public Generator withSeed(long value) {
        return new Generator(model, settings.withSeed(value));
    }

    /**
     * Returns a copy that draws so many tokens at most.
     *
     * @throws IllegalArgumentException if the number is not from 0 to {@link PerformerModel#MAX_LENGTH}
     */
    public Generator withMaxNew(int value) {
        return new Generator(model, settings.withMaxNew(value));
    }

    /**
     * Returns a copy that continues each prompt so many times.
     *
     * @throws IllegalArgumentException if the number is not from 1 to {@link #MAX_COUNT}
     */
    public Generator withCount(int value) {
        return new Generator(model, settings.withCount(value));
    }

    /**
     * Returns a copy that ends a text where one of these strings comes.
     *
     * @throws IllegalArgumentException if one is empty, or no tokens are written so: it would never come
     */
    public Generator withStops(List<String> value) {
        value.forEach(stop -> StopStrings.require(model.info().tokenizer(), stop));
        return new Generator(model, settings.withStops(value));
    }

    /** Returns a copy that hands out text as it comes. */
    public Generator withListener(Listener value) {
        return new Generator(model, settings.withListener(value));
    }

    /**
     * Returns a copy whose continuations are what is allowed, from their first token on; null allows everything. A text
     * that goes on stands under the rule with all that it wrote under one behind the last prompt or end.
     */
    public Generator withAllowed(Allowed value) {
        return new Generator(model, settings.withAllowed(value));
    }

    /** Returns which layer keeps no state, and why, in one line; null if all do. */
    public String obstacle() {
        return model.steps().obstacle();
    }

    /** Returns how many tokens, prompt and frame included, the state reads: {@link Integer#MAX_VALUE} where positions are relative or none, 0 where a layer keeps no state. */
    public int reach() {
        return obstacle() != null ? 0 : model.info().reach();
    }

    /**
     * Continues a prompt.
     *
     * @param prompt the beginning; may be empty
     * @return a text for each of {@code count}, in their order
     * @throws IllegalArgumentException if the prompt is no single sequence of this model's kind
     */
    public List<Generated> generate(String prompt) {
        return run(Collections.nCopies(settings.count(), shared(start(prompt))));
    }

    private GenerationState start(String prompt) {
        Tokenizer tokenizer = model.info().tokenizer();
        int[] framed = model.info()
                .data()
                .framing()
                .frame(tokenizer, model.read(prompt).ids());
        return GenerationState.start(framed);
    }

    /**
     * Searches the most probable continuations of a prompt in breadth, with what is allowed and stop strings; nothing is drawn, so sampling, seed, count and listener play no part.
     *
     * @param width texts that are followed at once, from 1 to {@value #MAX_BEAMS}
     * @return at most that many, the best by {@link Beam#score} first
     * @throws IllegalArgumentException if the width is out of range, or the prompt no single sequence of this model's kind
     */
    public List<Beam> beams(String prompt, int width) {
        requireBeams(width);
        StepPool.Steps<TokenSteps> steps = model.steps().take();
        List<Beam> beams = new BeamSearch(model.info().tokenizer(), settings.stops(), width)
                .run(
                        lane(steps, start(prompt)),
                        settings.allowed() == null ? null : settings.allowed().start(),
                        settings.maxNew());
        model.steps().give(steps);
        return beams;
    }

    static void requireBeams(int width) {
        if (width < 1 || width > MAX_BEAMS) {
            throw new IllegalArgumentException("beams must be from 1 to " + MAX_BEAMS + "; beams=" + width);
        }
    }

    /**
     * Goes on from states, each once: sequence s from state s, as if it had not ended. Sampling, seed, stop strings and
     * rule are those of this generator; no state has them.
     *
     * @param states of this model
     * @param more what stands behind each; may be empty. Behind it a text begins
     * @throws IllegalArgumentException if the text is no single sequence of this model's kind, or a state is another
     *     model's, or what it has of a rule is not the beginning of what this generator allows
     */
    public List<Generated> resume(List<GenerationState> states, String more) {
        int[] ids = more.isEmpty() ? new int[0] : model.read(more).ids();
        List<GenerationState> starts =
                states.stream().map(state -> state.with(ids)).toList();
        starts.forEach(
                start -> Continuation.place(settings.allowed(), model.info().tokenizer(), start.ids(), start.marks()));
        return run(starts);
    }

    /** Reads what all sequences of a prompt share once, where there are several. */
    private GenerationState shared(GenerationState start) {
        if (settings.count() == 1) {
            return start;
        }
        StepPool.Steps<TokenSteps> steps = model.steps().take();
        GenerationState read = lane(steps, start).state();
        model.steps().give(steps);
        return read;
    }

    private Lane lane(StepPool.Steps<TokenSteps> steps, GenerationState from) {
        return new Lane(
                model.info(),
                ids -> model.inference().next(ids),
                steps == null ? null : steps.steps()::read,
                reach(),
                from);
    }

    private List<Generated> run(List<GenerationState> starts) {
        int threads = Math.min(starts.size(), CpuKernels.shared().threads());
        if (threads < 2) {
            List<Generated> all = new ArrayList<>();
            for (int i = 0; i < starts.size(); i++) {
                all.add(sequence(i, starts.get(i)));
            }
            return all;
        }
        try (WorkerPool pool = new WorkerPool("performer4j-generate", threads)) {
            return pool.forEach(starts.size(), i -> {
                CpuKernels.stayOnThisThread(true);
                return sequence(i, starts.get(i));
            });
        }
    }

    private Generated sequence(int number, GenerationState start) {
        StepPool.Steps<TokenSteps> steps = model.steps().take();
        Generated text = Continuation.draw(settings, model.info().tokenizer(), lane(steps, start), number, false);
        model.steps().give(steps);
        return text;
    }
}
