package io.github.performer4j.checkpoint;

import io.github.performer4j.core.export.SameDiffExport;
import io.github.performer4j.core.export.SameDiffInput;
import io.github.performer4j.core.model.LongerPositions;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.DecoderSteps;
import io.github.performer4j.core.net.TokenSteps;
import io.github.performer4j.core.task.Translation;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.data.graph.GraphInput;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A trained model ready for use: text in; vectors, text, classes, tags or numbers out.
 *
 * <p>Sequences longer than the model's {@link ModelInfo#window} are cut into the fewest windows of near-equal length,
 * each seen on its own:
 * {@link #embed} is the mean over all tokens of all windows. {@link #generate} goes on from a state, or lets its window slide.
 * Everything is
 * deterministic; {@link #generate} is a pure function of its arguments. What the model was not trained for it refuses.
 *
 * <p>Safe for several threads: each call computes on a copy of the net that shares its parameters, of which there is
 * one for each processor at most; equal calls give equal bits on any
 * thread. {@link #net} itself is not thread-safe, and must not be trained while the model is used.
 */
public final class PerformerModel {
    /** Most tokens that {@link #generate} writes in one call: 2²⁴. */
    public static final int MAX_LENGTH = 1 << 24;

    private final ComputationGraph net;
    private final ModelInfo info;
    private final PaddedNet padded;
    private final Inference inference;
    private final int window;
    private final StepPool<TokenSteps> steps;
    private final NetPool nets;
    private final StepPool<DecoderSteps> targets;

    /**
     * Puts a net and its description together.
     *
     * @param net the net, built from {@code info.model()}
     * @param info the description
     */
    public PerformerModel(ComputationGraph net, ModelInfo info) {
        this.net = Objects.requireNonNull(net, "net");
        this.info = Objects.requireNonNull(info, "info");
        this.nets = NetPool.of(net);
        this.padded = new PaddedNet(
                nets, info.tokenizer().pad(), info.model().embedding().rowSize());
        this.window = info.window();
        this.inference = new Inference(padded, info, window);
        int vocabulary = info.tokenizer().size();
        this.steps = new StepPool<>(net, TokenSteps.obstacle(net), replica -> new TokenSteps(replica, vocabulary));
        this.targets =
                new StepPool<>(net, DecoderSteps.obstacle(net), replica -> new DecoderSteps(replica, vocabulary));
    }

    private PerformerModel(PerformerModel model, int window) {
        net = model.net;
        info = model.info;
        padded = model.padded;
        this.window = window;
        inference = new Inference(padded, info, window);
        steps = model.steps;
        nets = model.nets;
        targets = model.targets;
    }

    /**
     * Returns the same model, which sees up to so many tokens at once in {@link #embed}, {@link #embedTokens}, {@link #fill}, {@link #explain} and {@link #embedder}, their frame included: more than in
     * training where its positions are relative or none, {@link Integer#MAX_VALUE} for sequences of any length. Nets and parameters are shared.
     *
     * @throws IllegalArgumentException if it is not positive, or more than {@link ModelInfo#reach}
     */
    public PerformerModel withWindow(int tokens) {
        if (tokens < 1 || tokens > info.reach()) {
            throw new IllegalArgumentException(
                    "a window must be positive and no longer than the model's positions reach; window="
                            + tokens + ", reach=" + (info.reach() == Integer.MAX_VALUE ? "endless" : info.reach())
                            + ", positions="
                            + info.model().embedding().positions());
        }
        return new PerformerModel(this, tokens);
    }

    /**
     * Returns a model of its own whose positions reach further, with the same weights: a table that was learned is stretched ({@link LongerPositions}). Short texts are read less well by
     * it than by this one, whose places lie where they were in training. It is no longer the other program's that this one came from, if any.
     *
     * @param tokens the longest sequence that it reads at once, its frame included
     * @throws IllegalArgumentException if this one reaches as far, they are more than {@link #MAX_LENGTH}, or attention has positions that end, too
     */
    public PerformerModel extended(int tokens) {
        requireSequences("extend");
        if (tokens > MAX_LENGTH) {
            throw new IllegalArgumentException("tokens must be no more than " + MAX_LENGTH + "; tokens=" + tokens);
        }
        if (info.reach() == Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a model without absolute positions reads sequences of any length; positions="
                            + info.model().embedding().positions());
        }
        PerformerConfig old = info.model();
        PerformerConfig model = old.with("maxTokens", tokens);
        if (old.embedding().positions().equals("axial")
                && old.embedding().rowLength() == 0) { // the root of the old maxTokens
            model = model.with("embedding.rowLength", (int) Math.ceil(Math.sqrt(old.maxTokens())));
        }
        boolean grid = info.model().attentionOptions().onGrid();
        for (int block = 0; block < model.layers(); block++) {
            if (grid || !model.attentionOptions(block).equals(info.model().attentionOptions(block))) {
                throw new IllegalArgumentException(
                        "attention must have no positions that end where training did; attention.positions="
                                + model.attention().positions() + ", attention.grid="
                                + model.attention().grid());
            }
        }
        return new PerformerModel(
                LongerPositions.of(net, info.window(), tokens),
                info.withModel(model)
                        .withData(info.data().withMaxTokens(Math.max(DataConfig.MIN_TOKENS, tokens)))
                        .withTrainedTokens(0)
                        .withOrigin(null));
    }

    /**
     * Returns how much attention each token receives, in every layer and head; time and memory grow linearly with the tokens where the attention's do.
     *
     * @param ids [T] token ids without start or end tokens, T &gt; 0; of a model of patches what {@link InputReader#symbols} makes of an image
     * @throws IllegalArgumentException if there is no token, the model reads graphs, or the net is not float32 on the CPU's kernels
     */
    public Explanation explain(int... ids) {
        requireSequences("explain");
        requireTokens(ids);
        return inference.explain(ids);
    }

    /** Returns what reads texts token by token. */
    StepPool<TokenSteps> steps() {
        return steps;
    }

    /** Returns what reads texts in windows. */
    Inference inference() {
        return inference;
    }

    /** Returns the net, for training on or for Deeplearning4j's own tools. */
    public ComputationGraph net() {
        return net;
    }

    /** Returns configuration, tokenizer, counts and provenance. */
    public ModelInfo info() {
        return info;
    }

    /**
     * Saves the model as a SameDiff graph that {@code SameDiff.load} runs with ND4J alone: {@link SameDiffExport} says
     * what it takes and gives, and what it cannot hold.
     *
     * @param file replaced in one move; its folder must exist
     * @param input sizes of the graph, which are fixed
     * @throws IllegalArgumentException in one line, if a SameDiff graph cannot hold the model, or its file so many bytes
     * @throws IOException if the file cannot be written; an earlier one is untouched
     */
    public void saveSameDiff(Path file, SameDiffInput input) throws IOException {
        SameDiffFormat.write(this, input, file);
    }

    /**
     * Reads a text as {@link #embed(String)} and {@link #generate} read it: a protein by the rules of a FASTA file,
     * whatever way it is written.
     *
     * @param text text or residues
     * @return its token ids, and the symbols that the vocabulary does not know
     * @throws IllegalArgumentException if the text is no single sequence of this model's kind
     */
    public EncodedText read(String text) {
        return info.tokenizer().read(text, List.of());
    }

    /**
     * Reads a text with masked places as {@link #fill(String)} reads it.
     *
     * @param sequence text or residues in which {@code <mask>} stands for each masked token; {@code _} and {@code ?} do
     *     too where they are no symbols of the vocabulary, as for proteins
     * @return its token ids, masked ones being {@link Tokenizer#mask()}, and the symbols that the vocabulary does not
     *     know
     * @throws IllegalArgumentException if the text is no single sequence of this model's kind
     */
    public EncodedText readMasked(String sequence) {
        return MaskedText.read(sequence, info.tokenizer());
    }

    /**
     * Returns the number of windows in which the model sees a sequence in {@link #embed}, {@link #embedTokens} and
     * {@link #fill}: 1 if it sees it whole.
     *
     * @param ids [T] token ids without start or end tokens
     */
    public int windows(int... ids) {
        return inference.windows(ids);
    }

    /**
     * Returns the mean of the final hidden states over the sequence's tokens: a fingerprint of the sequence. Of a model that learnt pairs it is what {@link Embedder#embed(String)} gives.
     *
     * @param sequence text or residues, of any length but 0
     * @return [E] float32
     * @throws IllegalArgumentException if the sequence has no token
     */
    public float[] embed(String sequence) {
        return embed(read(sequence).ids());
    }

    /**
     * Returns the mean of the final hidden states over the tokens; of a model that learnt pairs what {@link Embedder} gives.
     *
     * @param ids [T] token ids without start or end tokens, T &gt; 0; of a model of patches what {@link InputReader#symbols} makes of an image
     * @return [E] float32; the sum is taken in float64
     * @throws IllegalArgumentException if there is no token
     */
    public float[] embed(int... ids) {
        requireSequences("embed");
        requireTokens(ids);
        return embedder().embedIds(ids);
    }

    /**
     * Returns the final hidden state of every token (after the last LayerNorm: {@link PerformerConfig#hiddenVertex}).
     *
     * @param sequence text or residues, of any length but 0
     * @return [T,E] float32, T tokens of the sequence
     * @throws IllegalArgumentException if the sequence has no token
     */
    public float[][] embedTokens(String sequence) {
        return embedTokens(read(sequence).ids());
    }

    /**
     * Returns the final hidden state of every token.
     *
     * @param ids [T] token ids without start or end tokens, T &gt; 0; of a model of patches what {@link InputReader#symbols} makes of an image
     * @return [T,E] float32
     * @throws IllegalArgumentException if there is no token
     */
    public float[][] embedTokens(int... ids) {
        requireSequences("embedTokens");
        requireTokens(ids);
        float[][] tokens = new float[inference.positions(ids)][];
        inference.hidden(ids, (t, row) -> tokens[t] = row);
        return tokens;
    }

    /**
     * Returns the final hidden state of every node of a graph.
     *
     * @param graph nodes with kinds and attributes as in training; what a document of graphs holds, or {@link InputReader#graph} makes
     * @return [N,E] float32
     * @throws IllegalArgumentException if the model reads no graphs
     */
    public float[][] embedNodes(GraphInput graph) {
        if (!info.data().graph().given()) {
            throw new IllegalArgumentException("the model reads no graphs; data.graph.kernel=none");
        }
        return inference.nodes(graph);
    }

    /**
     * Returns the mean of the final hidden states over the nodes of a graph: a fingerprint of the graph.
     *
     * @param graph as {@link #embedNodes} takes it
     * @return [E] float32; the sum is taken in float64
     * @throws IllegalArgumentException if the model reads no graphs
     */
    public float[] embed(GraphInput graph) {
        float[][] nodes = embedNodes(graph);
        float[] mean = new float[nodes[0].length];
        for (int e = 0; e < mean.length; e++) {
            double sum = 0;
            for (float[] node : nodes) {
                sum += node[e];
            }
            mean[e] = (float) (sum / nodes.length);
        }
        return mean;
    }

    /**
     * Predicts the masked tokens of a sequence.
     *
     * @param sequence as {@link #readMasked} takes it
     * @return one entry for each masked token, in the sequence's order
     * @throws IllegalArgumentException if the model is not a masked one, nothing is masked, or the text is no single
     *     sequence
     */
    public List<Filled> fill(String sequence) {
        return fill(readMasked(sequence).ids());
    }

    /**
     * Predicts the masked tokens of a sequence.
     *
     * @param ids [T] token ids without start or end tokens, {@link Tokenizer#mask()} where the model is to predict
     * @return one entry for each masked token, in the sequence's order
     * @throws IllegalArgumentException if the model is not a masked one or nothing is masked
     */
    public List<Filled> fill(int... ids) {
        FillMask filling = fillMask();
        return filling.fillInputs(List.of(new InputReader(info).tokens(ids))).get(0);
    }

    /**
     * Continues a prompt token by token, until {@code length} tokens are written or the model ends the text: {@link Generator}, which can do more, in one call.
     *
     * <p>Where positions are absolute, the model sees at most the last tokens of its {@link ModelInfo#window}: as the text grows, the window slides.
     *
     * @param prompt the beginning; may be empty
     * @param length tokens to write at most; from 0 to {@link #MAX_LENGTH}
     * @param sampling how each token is drawn
     * @param seed of the draws: token i uses (seed, 0, i)
     * @return the continuation, without the prompt
     * @throws IllegalArgumentException if the model is not a causal one, the length is out of range, or the prompt longer than the model sees at once
     */
    public String generate(String prompt, int length, Sampling sampling, long seed) {
        return new Generator(this)
                .withMaxNew(length)
                .withSampling(sampling)
                .withSeed(seed)
                .generate(prompt)
                .get(0)
                .text();
    }

    /**
     * Returns what predicts masked tokens.
     *
     * @throws IllegalArgumentException if the model is of another task
     */
    public FillMask fillMask() {
        return new FillMask(info, padded, window);
    }

    /**
     * Returns what fills masked tokens in an order, each seeing those before it.
     *
     * @throws IllegalArgumentException if the model is of another task
     */
    public Infilling infilling() {
        return new Infilling(info, padded, window);
    }

    /**
     * Returns what classifies texts.
     *
     * @throws IllegalArgumentException if the model is of another task
     */
    public Classifier classifier() {
        return new Classifier(info, padded);
    }

    /**
     * Returns what tags tokens or words.
     *
     * @throws IllegalArgumentException if the model is of another task
     */
    public Tagger tagger() {
        return new Tagger(info, padded);
    }

    /**
     * Returns what estimates numbers.
     *
     * @throws IllegalArgumentException if the model is of another task
     */
    public Regressor regressor() {
        return new Regressor(info, padded);
    }

    /**
     * Returns what gives vectors of texts, many at once, and of a model that learnt pairs compares them; it sees as much at once as this model's window allows.
     *
     * @throws IllegalArgumentException if the model has an encoder and a decoder
     */
    public Embedder embedder() {
        return new Embedder(info, padded, window);
    }

    /**
     * Returns what writes targets for sources.
     *
     * @throws IllegalArgumentException if the model is of another task
     */
    public Translator translator() {
        Requests.task(info, Translation.class, "translate", Translation.NAME);
        return new Translator(info, nets, targets);
    }

    /** Tells how alike two texts are: {@link Embedder#similarity}. */
    public double similarity(String first, String second) {
        return embedder().similarity(first, second);
    }

    /** Classifies a text: {@link Classifier#classify(String)}. */
    public Classified classify(String text) {
        return classifier().classify(text);
    }

    /** Classifies a pair of texts: {@link Classifier#classify(String, String)}. */
    public Classified classify(String first, String second) {
        return classifier().classify(first, second);
    }

    /** Classifies an image: {@link Classifier#classify(int...)}. */
    public Classified classify(int... symbols) {
        return classifier().classify(symbols);
    }

    /** Classifies a graph: {@link Classifier#classify(ExampleGraph)}. */
    public Classified classify(ExampleGraph graph) {
        return classifier().classify(graph);
    }

    /** Classifies many texts: {@link Classifier#classify(List)}. */
    public List<Classified> classify(List<String> texts) {
        return classifier().classify(texts);
    }

    /** Tags a text: {@link Tagger#tag(String)}. */
    public Tagged tag(String text) {
        return tagger().tag(text);
    }

    /** Tags the nodes of a graph: {@link Tagger#tag(ExampleGraph)}. */
    public Tagged tag(ExampleGraph graph) {
        return tagger().tag(graph);
    }

    /** Tags many texts: {@link Tagger#tag(List)}. */
    public List<Tagged> tag(List<String> texts) {
        return tagger().tag(texts);
    }

    /** Estimates the numbers of a text: {@link Regressor#regress(String)}. */
    public Estimated regress(String text) {
        return regressor().regress(text);
    }

    /** Estimates the numbers of a pair of texts: {@link Regressor#regress(String, String)}. */
    public Estimated regress(String first, String second) {
        return regressor().regress(first, second);
    }

    /** Estimates the numbers of an image: {@link Regressor#regress(int...)}. */
    public Estimated regress(int... symbols) {
        return regressor().regress(symbols);
    }

    /** Estimates the numbers of a graph: {@link Regressor#regress(ExampleGraph)}. */
    public Estimated regress(ExampleGraph graph) {
        return regressor().regress(graph);
    }

    /** Estimates the numbers of many texts: {@link Regressor#regress(List)}. */
    public List<Estimated> regress(List<String> texts) {
        return regressor().regress(texts);
    }

    private void requireSequences(String use) {
        Requests.requireNoSource(info, use);
        if (info.data().graph().given()) {
            throw new IllegalArgumentException(use + " reads sequences, and the model reads graphs; data.graph.kernel="
                    + info.data().graph().kernel());
        }
    }

    private static void requireTokens(int... ids) {
        if (ids.length == 0) {
            throw new IllegalArgumentException("a sequence must have a token; tokens=0");
        }
    }
}
