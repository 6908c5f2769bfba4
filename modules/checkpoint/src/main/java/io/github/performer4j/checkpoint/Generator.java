package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.CausalLanguageModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Continues texts with a causal language model: the prompt is read in parts, and each token costs the same, O(M·D) for a head of M features and size D, however long the text has become.
 *
 * <p>Where absolute positions end ({@link #reach}), and where a layer keeps no state ({@link #obstacle}), the window of the last tokens is computed again for each token. Nothing of a prompt is left out in silence: one that is longer
 * than that window is refused unless {@link #withLongPrompts} allows it, and {@link Generated#unseen} says what a text's last token was drawn without.
 *
 * <p>Immutable; each {@code with…} gives a copy; safe for several threads. A pure function of its arguments: token i of text s of a prompt is drawn by the numbers of (seed, s, i), whatever else is generated at once. So many prompts at once give,
 * bit for bit, what each gives alone with the same seed (equal prompts give equal texts: {@link #withCount} draws several of one), and fewer tokens are the beginning of more.
 */
public final class Generator {
    /** Most texts of one call: 2²⁰. */
    public static final int MAX_COUNT = 1 << 20;

    private static final int MAX_BEAMS = 4096;

    private final PerformerModel model;
    private final Lanes lanes;
    private final GenerationSettings settings;
    private final boolean longPrompts;

    /** Receives text as it comes: the pieces of {@link Generated#text} of each text in their order, one call at a time. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Takes more of a text.
         *
         * @param sequence number of the text, from 0; with several prompts, text s of prompt p is p·count + s
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
        this(model, GenerationSettings.defaults(), false);
        Requests.task(model.info(), CausalLanguageModel.class, "generate", CausalLanguageModel.NAME);
    }

    private Generator(PerformerModel model, GenerationSettings settings, boolean longPrompts) {
        this.model = model;
        this.lanes = new Lanes(model);
        this.settings = settings;
        this.longPrompts = longPrompts;
    }

    private Generator with(GenerationSettings value) {
        return new Generator(model, value, longPrompts);
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
        return with(settings.withSampling(value));
    }

    /** Returns a copy with another seed. */
    public Generator withSeed(long value) {
        return with(settings.withSeed(value));
    }

    /**
     * Returns a copy that draws so many tokens at most.
     *
     * @throws IllegalArgumentException if the number is not from 0 to {@link PerformerModel#MAX_LENGTH}
     */
    public Generator withMaxNew(int value) {
        return with(settings.withMaxNew(value));
    }

    /**
     * Returns a copy that continues each prompt so many times.
     *
     * @throws IllegalArgumentException if the number is not from 1 to {@link #MAX_COUNT}
     */
    public Generator withCount(int value) {
        return with(settings.withCount(value));
    }

    /**
     * Returns a copy that ends a text where one of these strings comes.
     *
     * @throws IllegalArgumentException if one is empty, or no tokens are written so: it would never come
     */
    public Generator withStops(List<String> value) {
        value.forEach(stop -> StopStrings.require(model.info().tokenizer(), stop));
        return with(settings.withStops(value));
    }

    /** Returns a copy that hands out text as it comes. */
    public Generator withListener(Listener value) {
        return with(settings.withListener(value));
    }

    /**
     * Returns a copy whose continuations are what is allowed, from their first token on; null allows everything. A text
     * that goes on stands under the rule with all that it wrote under one behind the last prompt or end.
     */
    public Generator withAllowed(Allowed value) {
        return with(settings.withAllowed(value));
    }

    /**
     * Returns a copy that takes prompts longer than the model sees at once, and continues their last tokens, or one that refuses them, as it does unless told.
     *
     * @see #unseen
     */
    public Generator withLongPrompts(boolean value) {
        return new Generator(model, settings, value);
    }

    /** Returns which layer keeps no state, and why, in one line; null if all do. */
    public String obstacle() {
        return lanes.obstacle();
    }

    /** Returns how many tokens, prompt and frame included, the state reads: {@link Integer#MAX_VALUE} where positions are relative or none, 0 where a layer keeps no state. */
    public int reach() {
        return lanes.reach();
    }

    /**
     * Returns how many tokens at the beginning of a prompt, its frame included, the model does not see when it continues it.
     *
     * @throws IllegalArgumentException if the prompt is no single sequence of this model's kind
     */
    public int unseen(String prompt) {
        return unseen(framed(prompt).length);
    }

    private int unseen(int tokens) {
        return tokens <= reach() ? 0 : Math.max(0, tokens - model.info().window());
    }

    /**
     * Continues a prompt.
     *
     * @param prompt the beginning; may be empty
     * @return a text for each of {@code count}, in their order
     * @throws IllegalArgumentException if the prompt is no single sequence of this model's kind, or longer than the model sees at once
     */
    public List<Generated> generate(String prompt) {
        return generate(List.of(prompt)).get(0);
    }

    /**
     * Continues many prompts, as many texts at once as there are threads. Each text that is returned holds its state, layers · heads · M · (D + 1) numbers of linear attention, for as long as it is referred to: give
     * large lists in parts.
     *
     * @return for each prompt in its place what {@link #generate(String)} gives, bit for bit
     * @throws IllegalArgumentException as {@link #generate(String)}, before anything is written
     */
    public List<List<Generated>> generate(List<String> prompts) {
        List<GenerationState> starts = prompts.stream().map(this::start).toList();
        int count = settings.count();
        List<GenerationState> read = count == 1
                ? starts // what all texts of a prompt share is read once
                : lanes.each(starts.size(), p -> lanes.use(starts.get(p), Lane::state));
        List<Generated> all = run(read.size() * (long) count, i -> read.get(i / count), count);
        return IntStream.range(0, starts.size())
                .mapToObj(p -> List.copyOf(all.subList(p * count, (p + 1) * count)))
                .toList();
    }

    private int[] framed(String prompt) {
        return model.info()
                .data()
                .framing()
                .frame(model.info().tokenizer(), model.read(prompt).ids());
    }

    private GenerationState start(String prompt) {
        int[] framed = framed(prompt);
        requireSeen(framed.length);
        return GenerationState.start(framed);
    }

    private void requireSeen(int tokens) {
        if (!longPrompts && unseen(tokens) > 0) {
            throw new IllegalArgumentException(
                    "a prompt must fit what the model sees at once, its frame included, unless withLongPrompts(true) lets its beginning go; tokens="
                            + tokens + ", window=" + model.info().window());
        }
    }

    /**
     * Searches the most probable continuations of a prompt in breadth, with what is allowed and stop strings; nothing is drawn, so sampling, seed, count and listener play no part.
     *
     * @param width texts that are followed at once, from 1 to {@value #MAX_BEAMS}
     * @return at most that many, the best by {@link Beam#score} first
     * @throws IllegalArgumentException if the width is out of range, or the prompt no single sequence of this model's kind, or longer than the model sees at once
     */
    public List<Beam> beams(String prompt, int width) {
        requireBeams(width);
        BeamSearch search = new BeamSearch(model.info().tokenizer(), settings.stops(), width);
        Allowed.Place place =
                settings.allowed() == null ? null : settings.allowed().start();
        return lanes.use(start(prompt), lane -> search.run(lane, place, settings.maxNew()));
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
     * @throws IllegalArgumentException if the text is no single sequence of this model's kind, or longer than the model sees at once, or a state is another
     *     model's, or what it has of a rule is not the beginning of what this generator allows
     */
    public List<Generated> resume(List<GenerationState> states, String more) {
        int[] ids = more.isEmpty() ? new int[0] : model.read(more).ids();
        requireSeen(ids.length);
        List<GenerationState> starts =
                states.stream().map(state -> state.with(ids)).toList();
        starts.forEach(
                start -> Continuation.place(settings.allowed(), model.info().tokenizer(), start.ids(), start.marks()));
        return run(starts.size(), starts::get, starts.size());
    }

    /** Writes texts, of which text i is number i mod {@code each} of its prompt. */
    private List<Generated> run(long texts, IntFunction<GenerationState> starts, int each) {
        if (texts > MAX_COUNT) {
            throw new IllegalArgumentException(
                    "texts of one call must be no more than " + MAX_COUNT + "; texts=" + texts + ", count=" + each);
        }
        Object oneAtATime = new Object();
        return lanes.each((int) texts, i -> {
            GenerationSettings own = settings.withListener((sequence, more) -> {
                synchronized (oneAtATime) {
                    settings.listener().text(i, more);
                }
            });
            return lanes.use(
                    starts.apply(i), lane -> Continuation.draw(own, model.info().tokenizer(), lane, i % each, false));
        });
    }
}
