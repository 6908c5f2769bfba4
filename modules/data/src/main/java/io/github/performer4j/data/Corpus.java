package io.github.performer4j.data;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleSource;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.example.SideTable;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.DataFolder;
import io.github.performer4j.data.graph.NodeMoments;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.data.read.FilesReader;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.read.LabelReader;
import io.github.performer4j.data.read.MemoryParts;
import io.github.performer4j.data.read.PartReader;
import io.github.performer4j.data.read.Selection;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.EpochPlan;
import io.github.performer4j.data.split.EqualImages;
import io.github.performer4j.data.split.SplitReport;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.data.token.TokenizerKind;
import io.github.performer4j.data.token.TokenizerKinds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Sequences of one path: proteins (FASTA) or text, read with bounded memory.
 *
 * <p>A folder stands for its FASTA files (.fasta .fa .faa .fas) or text files (.txt), by what the tokens need; {@link DataFolder} has the rule.
 * Tokens are kept in memory, a byte each (two for vocabularies above 256, four above 65,536) and some 100 more for each document, while they take up less than
 * 256 MiB and a quarter of the heap; larger corpora are read from disk in every epoch. Both ways give the same batches. Names are not kept.
 * Not thread-safe, but several streams may be open at once.
 */
public final class Corpus {
    private static final long MEMORY_LIMIT = 256L << 20;

    private final CorpusFiles files;
    private final DataConfig config;
    private final Selection selection;
    private final LabelReader labels;
    private final long memoryLimit;
    private Tokenizer tokenizer;
    private CorpusScan scan;
    private List<String> notes;

    Corpus(
            CorpusFiles files,
            DataConfig config,
            Selection selection,
            LabelReader labels,
            Tokenizer tokenizer,
            long memoryLimit) {
        this.files = files;
        this.config = config;
        this.selection = selection;
        this.labels = labels;
        this.tokenizer = tokenizer;
        this.memoryLimit = memoryLimit;
    }

    /**
     * The two sides of a split.
     *
     * @param train what the model learns from
     * @param valid what is held out
     * @param report sizes, and how similar the sides still are
     */
    public record Split(Corpus train, Corpus valid, SplitReport report) {
        /** Returns the same split, whose sides know kinds and attributes of the nodes of the training side: see {@link Corpus#nodesKnown}. */
        public Split nodesKnown() throws IOException {
            Corpus known = train.nodesKnown();
            return known == train ? this : new Split(known, valid.reading(known.config), report);
        }
    }

    /**
     * Opens a path. Only the beginnings of the files are read here; a fault further on shows in {@link #counts}, {@link #split} or {@link
     * #describe}, which read everything, or in the batches.
     *
     * @param path a file or a folder; plain or gzip
     * @param config how to read it
     * @param tokenizer the tokenizer of an earlier model, or null for the one the configuration names
     * @return the corpus
     * @throws IOException if the path is missing or holds nothing to read; one line that names it
     * @throws IllegalArgumentException if tokens, tokenizer and format do not go together
     */
    public static Corpus open(Path path, DataConfig config, Tokenizer tokenizer) throws IOException {
        return open(path, config, tokenizer, memoryLimit());
    }

    static Corpus open(Path path, DataConfig config, Tokenizer tokenizer, long memoryLimit) throws IOException {
        requireKind(config, tokenizer);
        return new Corpus(CorpusFiles.find(path, config), config, Selection.ALL, null, tokenizer, memoryLimit);
    }

    /**
     * Opens examples that lie in no file of ours: those of a DataVec reader, of a database. Splits, labels and memory
     * are those of files.
     *
     * <pre>{@code
     * Corpus.of("people", columns -> RecordExamples.of("people", reader(), process, columns), config, null)
     * }</pre>
     *
     * @param name what errors and notes call the data
     * @param source opens the examples anew, each time at the first
     * @param config how to read them; its kind is auto
     * @param tokenizer the tokenizer of an earlier model, or null for the one the configuration names
     * @return the corpus
     * @throws IllegalArgumentException if the configuration names a kind of files or a transform of tables, or tokens
     *     and tokenizer do not go together
     */
    public static Corpus of(String name, ExampleSource source, DataConfig config, Tokenizer tokenizer) {
        return of(name, source, config, tokenizer, memoryLimit());
    }

    static Corpus of(String name, ExampleSource source, DataConfig config, Tokenizer tokenizer, long memoryLimit) {
        requireKind(config, tokenizer);
        if (!config.kind().equals("auto")) {
            throw new IllegalArgumentException(
                    "examples of a program's own have no kind of files; data=" + name + ", kind=" + config.kind());
        }
        config.columns().options().requireNoTransform("examples of a program's own are transformed by their reader");
        CorpusFiles files =
                CorpusFiles.of(new OwnExamples(name, source), config.tokens().equals("protein"));
        return new Corpus(files, config, Selection.ALL, null, tokenizer, memoryLimit);
    }

    private static long memoryLimit() {
        return Math.min(MEMORY_LIMIT, Runtime.getRuntime().maxMemory() / 4);
    }

    private static void requireKind(DataConfig config, Tokenizer tokenizer) {
        if (tokenizer != null
                && !tokenizer
                        .kind()
                        .equals(TokenizerKinds.named(config.tokens()).kind())) {
            throw new IllegalArgumentException("the tokenizer must be of the configured kind; tokens=" + config.tokens()
                    + ", tokenizer=" + tokenizer.kind());
        }
    }

    /**
     * Tells proteins from text, by file names and then by the first character.
     *
     * @param path a file or a folder
     * @return "protein" or "text"
     * @throws IOException if the path is missing or holds neither
     */
    public static String detect(Path path) throws IOException {
        return CorpusFiles.detect(path);
    }

    /**
     * Tells what kind of tokens data is best read by: of FASTA and plain text by {@link #detect}, of examples by the first of them.
     *
     * @param path a file or a folder
     * @param config kind and columns
     * @return "protein", "character" or "byte"
     * @throws IOException if the data cannot be read
     */
    public static String detectTokens(Path path, DataConfig config) throws IOException {
        CorpusFiles examples = CorpusFiles.examples(path, config);
        if (examples == null) {
            return detect(path).equals("protein") ? "protein" : "character";
        }
        try (CorpusExamples first = new CorpusExamples(examples, config, Selection.ALL)) {
            return TokenGuess.of(first);
        }
    }

    /** Returns the path as given to {@link #open}, or the name as given to {@link #of}. */
    public Path path() {
        return files.root();
    }

    /** Returns the configuration. */
    public DataConfig config() {
        return config;
    }

    /** Returns "protein" or "text", or the name of the format of examples. */
    public String kind() {
        return files.kind();
    }

    /** Returns what one document is called: sequence, text or example. */
    public String noun() {
        return files.noun();
    }

    /** Returns whether the data has examples with columns, which labels can be read from. */
    public boolean hasExamples() {
        return files.format() != null;
    }

    /**
     * Opens the examples of this side, in order.
     *
     * @return the caller closes them
     * @throws IllegalArgumentException if the data has documents only
     */
    public CorpusExamples examples() {
        requireExamples();
        return new CorpusExamples(files, config, selection);
    }

    private void requireExamples() {
        if (!hasExamples()) {
            throw new IllegalArgumentException(
                    "labels need data with columns (a table, JSON lines, a folder per class, images, or FASTA"
                            + " with data.columns.labelFile or labelPattern); path=" + path() + ", kind=" + kind());
        }
    }

    /**
     * Returns one side of a split that is given, by {@code data.splitFile} or {@code data.columns.split}.
     *
     * @param side train, valid or test
     * @throws IllegalArgumentException if neither says it, or the side is empty
     * @throws IOException if the data cannot be read
     */
    public Corpus side(String side) throws IOException {
        if (!SideTable.SIDES.contains(side)) {
            throw new IllegalArgumentException("a side must be train, valid or test; side=" + side);
        }
        Selection chosen = config.splitFile() == null ? sideOfColumn(side) : new TableSplit(this).side(side);
        return new Corpus(files, config, chosen, labels, tokenizer(), memoryLimit);
    }

    private Selection sideOfColumn(String side) throws IOException {
        String column = config.columns().split();
        if (column == null) {
            throw new IllegalArgumentException(
                    "a side needs a column or a file that names it (--split-column, --split-file); side=" + side
                            + ", path=" + path());
        }
        LongStream.Builder documents = LongStream.builder();
        try (CorpusExamples examples = examples()) {
            for (Example example = examples.next(); example != null; example = examples.next()) {
                if (side.equals(example.split())) {
                    documents.add(examples.document());
                }
            }
        }
        long[] chosen = documents.build().toArray();
        if (chosen.length == 0) {
            throw new IllegalArgumentException(
                    "the side must have an example; path=" + path() + ", column=" + column + ", side=" + side);
        }
        BitSet all = new BitSet();
        all.set(0, chosen.length);
        return Selection.of(chosen, all);
    }

    /**
     * Returns this corpus with labels.
     *
     * @param reader makes numbers of what stands in the label columns
     * @throws IllegalArgumentException if the data has documents only
     * @throws IOException if the data cannot be read
     */
    public Corpus labelled(LabelReader reader) throws IOException {
        requireExamples();
        Corpus labelled = new Corpus(files, config, selection, reader, tokenizer(), memoryLimit);
        labelled.notes = notes;
        return labelled;
    }

    /**
     * Returns the tokenizer; that of characters or words is learnt from this corpus when it was not given, so split first.
     *
     * @throws IllegalArgumentException if it is to be learnt, and the data has graphs
     * @throws IOException if the data cannot be read
     */
    public Tokenizer tokenizer() throws IOException {
        if (tokenizer == null) {
            TokenizerKind kind = TokenizerKinds.named(config.tokens());
            Optional<Tokenizer> named = kind.open(config.tokens());
            if (named.isEmpty() && graphs()) {
                throw new IllegalArgumentException(
                        "graphs need a kernel, and have no tokens (--preset graph-classify, graph-regress or graph-tag);"
                                + " data.graph.kernel=" + config.graph().kernel() + ", path=" + path());
            }
            tokenizer = named.isPresent()
                    ? named.get()
                    : new CorpusVocabulary(files, config, selection).learn(kind.learner(config.tokens()));
        }
        return tokenizer;
    }

    /**
     * Splits as {@code data.splitFile} says, or where there is none, into sides without near-copies: proteins by clusters of similar sequences ({@link
     * io.github.performer4j.data.split.SimilarityClusters}), text by whole documents, or where there is but one, by holding out its end; examples as {@code
     * data.split} and the columns for it say ({@link DataConfig#split}).
     *
     * @param validFraction share of the tokens to hold out, in (0, 1); approximate, because nothing is divided
     * @param seed chooses the clusters or documents
     * @return both sides; they share the training side's tokenizer
     * @throws IOException if the data cannot be read
     * @throws IllegalArgumentException if the fraction is out of range or there is nothing to hold out
     */
    public Split split(double validFraction, long seed) throws IOException {
        return split(validFraction, seed, null);
    }

    /**
     * Splits as {@link #split(double, long)}, and leaves out of both sides whatever is like other proteins: all of the clusters that hold one of them,
     * where clusters are formed of both. What is trained on the rest can be tested on those.
     *
     * @param validFraction share of the remaining tokens to hold out, in (0, 1)
     * @param seed chooses the clusters
     * @param apart proteins to stay apart from; null for none
     * @throws IOException if the data cannot be read
     * @throws IllegalArgumentException also if the data is not split by clusters of proteins, or {@code apart} holds none
     */
    public Split split(double validFraction, long seed, Corpus apart) throws IOException {
        if (!(validFraction > 0 && validFraction < 1)) {
            throw new IllegalArgumentException("validFraction must be in (0, 1); validFraction=" + validFraction);
        }
        if (apart != null && !(splitsByClusters() && apart.holdsProteins())) {
            throw new IllegalArgumentException(
                    "only proteins that are split by clusters stay apart from others, which are"
                            + " proteins, too; path=" + path() + ", split=" + config.split() + ", apart="
                            + apart.path());
        }
        if (config.splitFile() != null) {
            return new TableSplit(this).split(validFraction, seed);
        }
        if (files.format() != null && !ExampleSplit.byClusters(this)) {
            return new ExampleSplit(this, validFraction, seed).split();
        }
        boolean clusters = files.protein() || config.split().equals("cluster");
        if (clusters && !files.protein() && !looksLikeProteins()) {
            throw new IllegalArgumentException("clusters are of proteins, in upper-case residues; split=cluster, path="
                    + path() + ", tokens=" + config.tokens());
        }
        return clusters
                ? new ProteinSplit(this, residues(), apart == null ? null : apart.residues(), validFraction, seed)
                        .split()
                : new TextSplit(this, validFraction, seed).split();
    }

    /**
     * Measures how near held-out proteins of another corpus are to these, as a split does with its sides.
     *
     * @param valid the held-out side
     * @param seed chooses up to a thousand of its sequences, which are looked at
     * @return null if one or the other holds no proteins
     * @throws IOException if the data cannot be read
     */
    public SplitReport.Similarity leakage(Corpus valid, long seed) throws IOException {
        return files.protein() && valid.files.protein() ? Leakage.between(residues(), valid.residues(), seed) : null;
    }

    /**
     * Counts the images of another corpus that have exactly the pixels of one of these, as a split does with its sides.
     *
     * @param valid the held-out side
     * @return null if they are not images of one size
     * @throws IOException if the data cannot be read
     */
    public Long equalImages(Corpus valid) throws IOException {
        ImageShape shape = imageShape();
        if (shape == null || !shape.equals(valid.imageShape())) {
            return null;
        }
        EqualImages images = new EqualImages();
        BitSet train = new BitSet();
        BitSet held = new BitSet();
        for (Corpus side : List.of(this, valid)) {
            try (CorpusExamples examples = side.examples()) {
                for (Example example = examples.next(); example != null; example = examples.next()) {
                    (side == valid ? held : train).set(images.add(example.symbols()));
                }
            }
        }
        return images.count(train, held);
    }

    private boolean splitsByClusters() throws IOException {
        boolean others = config.splitFile() != null || (files.format() != null && !ExampleSplit.byClusters(this));
        return !others && holdsProteins();
    }

    private boolean holdsProteins() throws IOException {
        return files.protein() || looksLikeProteins();
    }

    private boolean looksLikeProteins() throws IOException {
        if (!hasExamples()) {
            return false;
        }
        try (CorpusExamples examples = examples()) {
            return TokenGuess.of(examples).equals("protein");
        }
    }

    /** Returns the same proteins as residues, a token each. */
    Corpus residues() throws IOException {
        return config.tokens().equals("protein") // others may be learnt, which the training side alone is for
                ? this
                : new Corpus(
                        new CorpusFiles(files.folder(), true, files.format()),
                        config.withTokens("protein").withPatch(0),
                        selection,
                        null,
                        new ProteinTokenizer(),
                        memoryLimit);
    }

    /** Returns some of these documents. */
    Corpus selected(Selection chosen) {
        return new Corpus(files, config, chosen, labels, tokenizer, memoryLimit);
    }

    /** Returns the two sides of a split of this corpus; the notes on all of it are the training side's, so that each is told once. */
    Split sides(Selection train, Selection valid, SplitReport report, CorpusNotes all) throws IOException {
        Corpus trainSide = new Corpus(files, config, train, labels, tokenizer, memoryLimit);
        Corpus validSide = new Corpus(files, config, valid, labels, trainSide.tokenizer(), memoryLimit);
        trainSide.notes = all.lines(files);
        validSide.notes = List.of();
        return new Split(trainSide, validSide, report);
    }

    /**
     * Returns the batches of this corpus.
     *
     * @param batching what a task makes of rows
     * @param shuffle true for training: rows in seeded order, long sequences cropped at a seeded offset, both new each epoch; false for
     *     evaluation: every token in file order, the same masks every time
     * @return epochs of batches
     */
    public BatchSource batches(Batching batching, boolean shuffle) {
        if (config.framing() == Framing.BOTH && batching.next()) {
            throw new IllegalArgumentException(
                    "rows whose positions name the next token are framed by start or packed; framing=both");
        }
        return (seed, epoch) -> {
            boolean inMemory = scan().parts() != null;
            EpochPlan plan = new EpochPlan(
                    config, batching, files.brief(), tokenizer(), inMemory, scan().stream(), shuffle, seed, epoch);
            return plan.stream(parts(plan.fileOrder(files.sources().size())));
        };
    }

    /**
     * Counts tokens and pairs over the whole corpus.
     *
     * @param predictsEos whether the end of a document is among the tokens to predict
     * @throws IOException if the data cannot be read
     */
    public TokenCounts counts(boolean predictsEos) throws IOException {
        TokenCounts all = scan().counts();
        return predictsEos ? all : all.withoutEos();
    }

    /**
     * Describes the whole corpus in one pass; memory is bounded but for 16 bytes a document.
     *
     * @throws IOException if the data cannot be read
     */
    public CorpusSummary describe() throws IOException {
        if (config.patch() > 0) { // what is told of images is told of their pixels
            return new Corpus(files, config.withPatch(0), selection, labels, tokenizer, memoryLimit).describe();
        }
        try (PartReader reader = namedParts()) {
            return new CorpusDescriber(tokenizer())
                    .describe(reader, files, new CorpusNotes(files.protein(), tokenizer()), labelSummaries());
        }
    }

    /**
     * Describes data with graphs in two passes.
     *
     * @throws IOException if the data cannot be read
     */
    public GraphSummary describeGraphs() throws IOException {
        return new GraphDescriber().describe(this, labelSummaries());
    }

    /** Returns what stands in the label columns of examples; empty if there are none. */
    private List<LabelSummary> labelSummaries() throws IOException {
        if (!hasExamples()) {
            return List.of();
        }
        List<LabelSummary.Counter> counters = new ArrayList<>();
        List<String> named = config.columns().labels();
        try (CorpusExamples examples = examples()) {
            for (Example example = examples.next(); example != null; example = examples.next()) {
                for (int i = 0; i < example.labels().size(); i++) {
                    if (i == counters.size()) {
                        counters.add(new LabelSummary.Counter(i < named.size() ? named.get(i) : "label"));
                    }
                    counters.get(i).add(example.labels().get(i));
                }
            }
        }
        return counters.stream().map(LabelSummary.Counter::summary).toList();
    }

    /**
     * Returns the size of the first image.
     *
     * @return null if the examples are no images of one size, or there are none
     * @throws IOException if the data cannot be read
     */
    public ImageShape imageShape() throws IOException {
        if (!hasExamples()) {
            return null;
        }
        try (CorpusExamples examples = examples()) {
            examples.next();
            return examples.shape();
        }
    }

    /** Returns whether the data has graphs. */
    public boolean graphs() {
        return files.format() != null && files.format().graphs();
    }

    /**
     * Refuses data whose first example has no graph, where a kernel of graphs is set; what follows is refused when it is read.
     *
     * @throws IOException naming file and line, or if the data cannot be read
     */
    public void requireGraphs() throws IOException {
        if (config.graph().given()) {
            try (CorpusExamples examples = examples()) {
                Example first = examples.next();
                if (first != null) {
                    requireGraph(examples, first);
                }
            }
        }
    }

    private void requireGraph(CorpusExamples examples, Example example) throws DataFileException {
        if (example.graph() == null) {
            throw examples.fault("a kernel of graphs needs data with graphs; data.graph.kernel="
                    + config.graph().kernel() + ", kind=" + kind());
        }
    }

    /**
     * Returns the corpus with settings that know kinds and attributes of the nodes of this data; the same corpus where these are known, or no kernel of graphs is set.
     *
     * @throws IllegalArgumentException if graphs have other attributes than the first
     * @throws IOException if the data cannot be read
     */
    public Corpus nodesKnown() throws IOException {
        if (!config.graph().given() || config.graph().known()) {
            return this;
        }
        NodeMoments nodes = new NodeMoments();
        try (CorpusExamples examples = examples()) {
            for (Example example = examples.next(); example != null; example = examples.next()) {
                requireGraph(examples, example);
                try {
                    nodes.add(example.graph());
                } catch (IllegalArgumentException e) {
                    throw examples.fault(e.getMessage() + ", id=" + example.id());
                }
            }
        }
        return reading(config.withGraph(nodes.of(config.graph())));
    }

    /** Returns the same documents, read by other settings. */
    private Corpus reading(DataConfig other) {
        Corpus corpus = new Corpus(files, other, selection, labels, tokenizer, memoryLimit);
        corpus.notes = notes;
        return corpus;
    }

    /** Returns the number of documents. */
    public long documents() throws IOException {
        return scan().documents();
    }

    /** Returns the number of tokens; of images in patches that of patches. */
    public long tokens() throws IOException {
        return scan().tokens();
    }

    /** Returns the number of documents of fewer than two tokens, which no batch holds. */
    public long dropped() throws IOException {
        return scan().dropped();
    }

    /** Returns the symbols outside the vocabulary with their counts, to be reported. */
    public Map<String, Long> unknown() throws IOException {
        return scan().unknown();
    }

    /**
     * Returns what a user should hear of the corpus, a line each that begins with its path: files left out of a folder, proteins that look
     * like nucleotides, ids that repeat or are missing, documents too short for a batch. Of the sides of a split, the training side has the
     * notes on the whole corpus.
     *
     * @throws IOException if the data cannot be read
     */
    public List<String> notes() throws IOException {
        if (notes == null) {
            scan();
        }
        return notes;
    }

    /** Returns which files are read, and which are left out. */
    public DataFolder folder() {
        return files.folder();
    }

    /**
     * Opens the documents in file order.
     *
     * @return the documents; the caller closes the stream
     * @throws IOException if the data cannot be read
     */
    public DocumentStream stream() throws IOException {
        return new DocumentStream(namedParts());
    }

    CorpusFiles files() {
        return files;
    }

    Selection selection() {
        return selection;
    }

    PartReader parts() throws IOException {
        return parts(fileOrder());
    }

    /** Opens the parts with their names, which are not kept in memory. */
    PartReader namedParts() throws IOException {
        return fromFiles(fileOrder());
    }

    private int[] fileOrder() {
        return IntStream.range(0, files.sources().size()).toArray();
    }

    private PartReader parts(int[] order) throws IOException {
        if (scan != null && scan.parts() != null) {
            return new FilesReader(order, file -> new MemoryParts(scan.parts().get(file)));
        }
        return fromFiles(order);
    }

    private PartReader fromFiles(int[] order) throws IOException {
        int[] chosen = IntStream.of(order).filter(selection::includesFile).toArray();
        Tokenizer ids = tokenizer();
        return new FilesReader(chosen, file -> files.open(file, selection, config, ids, labels));
    }

    private CorpusScan scan() throws IOException {
        if (scan == null) {
            try (PartReader reader = parts()) {
                CorpusNotes found = notes == null ? new CorpusNotes(files.protein(), tokenizer()) : null;
                CorpusScan result = CorpusScan.of(reader, files.files().size(), tokenizer(), memoryLimit, found);
                if (result.tokens() == 0) {
                    throw files.noTokens();
                }
                scan = result;
                notes = found == null ? notes : found.lines(files);
            }
        }
        return scan;
    }
}
