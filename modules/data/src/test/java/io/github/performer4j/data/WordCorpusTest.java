package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.MaskedBatching;
import io.github.performer4j.data.rows.NextTokenBatching;
import io.github.performer4j.data.token.BpeTrainer;
import io.github.performer4j.data.token.DigitTokenizer;
import io.github.performer4j.data.token.JsonSamples;
import io.github.performer4j.data.token.JsonTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A corpus of texts, read by tokenizers whose special ids are their own. */
class WordCorpusTest {
    @TempDir
    Path dir;

    private Path text;
    private Path bert;
    private Path gpt;

    @BeforeEach
    void files() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 3500; i++) {
            lines.append("Line ").append(i).append(" of the text says: hello, world! \n");
        }
        text = Files.writeString(dir.resolve("t.txt"), lines);
        bert = Files.writeString(dir.resolve("bert.json"), JsonSamples.miniLm());
        gpt = Files.writeString(dir.resolve("gpt.json"), JsonSamples.gpt2());
    }

    private Corpus corpus(Path tokenizer, Framing framing) throws IOException {
        DataConfig config = DataConfig.defaults()
                .withTokens(tokenizer.toString())
                .withFraming(framing)
                .withMaxTokens(64)
                .withTokensPerBatch(640);
        return Corpus.open(text, config, null);
    }

    @Test
    void aFileReadInStretchesGivesTheTokensOfTheWhole() throws IOException {
        Corpus corpus = corpus(bert, Framing.BOTH);
        assertThat(Files.size(text)).isGreaterThan(2L << 16);
        try (DocumentStream documents = corpus.stream()) {
            Document document = documents.next();
            assertThat(document.tokens()).containsExactly(corpus.tokenizer().encode(Files.readString(text)));
            assertThat(documents.next()).isNull();
        }
        assertThat(corpus.documents()).isEqualTo(1);
    }

    @Test
    void maskedRowsHaveBertsFrameAndItsMask() throws IOException {
        Corpus corpus = corpus(bert, Framing.BOTH);
        Tokenizer t = corpus.tokenizer();
        List<TokenBatch> batches =
                Samples.all(corpus.batches(new MaskedBatching(0.15), false).open(1, 0));
        assertThat(batches.get(0).ids()[0]).isEqualTo(101);
        TokenBatch last = batches.get(batches.size() - 1);
        assertThat(IntStream.of(last.ids()).filter(id -> id == 102)).hasSize(1);
        int labels = 0;
        int wrong = 0;
        for (TokenBatch batch : batches) {
            for (int i = 0; i < batch.ids().length; i++) {
                boolean labelled = batch.labels()[i] != Batch.IGNORED;
                wrong += !batch.mask()[i] && batch.ids()[i] != 0 ? 1 : 0;
                wrong += labelled && (batch.ids()[i] != 103 || t.special(batch.labels()[i])) ? 1 : 0;
                labels += labelled ? 1 : 0;
            }
        }
        assertThat(wrong).isZero();
        assertThat((double) labels / corpus.tokens()).isBetween(0.14, 0.16);
        for (TokenBatch batch :
                Samples.all(corpus.batches(new MaskedBatching(0.15), true).open(1, 0))) {
            assertThat(IntStream.range(0, batch.ids().length)
                            .filter(i -> batch.labels()[i] != Batch.IGNORED && batch.ids()[i] != 103))
                    .noneMatch(i -> t.special(batch.ids()[i]));
        }
    }

    /** GPT-2 has no BOS of its own: rows begin with its one special token, and it is what ends a text. */
    @Test
    void causalRowsBeginWithTheEndOfATextWhereThereIsNoStart() throws IOException {
        Corpus corpus = corpus(gpt, Framing.START);
        List<TokenBatch> batches =
                Samples.all(corpus.batches(new NextTokenBatching(), false).open(1, 0));
        assertThat(batches.get(0).ids()[0]).isZero();
        assertThat(batches.get(0).left()[0]).isZero();
        long ends = batches.stream()
                .flatMapToInt(b -> Arrays.stream(b.labels()))
                .filter(id -> id == 0)
                .count();
        assertThat(ends).isEqualTo(1);
        long predicted = batches.stream().mapToLong(TokenBatch::predicted).sum();
        assertThat(predicted)
                .isEqualTo(corpus.tokens() + 1)
                .isEqualTo(corpus.counts(true).total());
        assertThat(corpus.counts(true).predictable()).isEqualTo(257);
        TokenCounts counts = corpus.counts(true);
        assertThat(TokenCounts.fromJson(
                        new ObjectMapper().readTree(counts.toJson().toString())))
                .isEqualTo(counts);
    }

    @Test
    void anObjectiveWithoutItsTokenIsRefused() {
        assertThatThrownBy(() -> corpus(gpt, Framing.BOTH)
                        .batches(new MaskedBatching(0.15), true)
                        .open(1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the vocabulary must have a token for this use; missing=mask, tokenizer=json, vocabulary=257");
        assertThatThrownBy(() -> Framing.START.frame(new DigitTokenizer(), 1))
                .hasMessage("framing start needs a vocabulary with BOS or EOS; tokenizer=digit, vocabulary=13");
        assertThatThrownBy(() -> Framing.PACKED.frame(new DigitTokenizer(), 1))
                .hasMessageContaining("needs a vocabulary with EOS");
    }

    /** Neither BOS nor EOS: rows are the tokens alone, and each is predicted as often as it should be. */
    @Test
    void aKindOfOnesOwnIsNamedInAConfigurationAndReadsCorpora() throws IOException {
        DataConfig config = DataConfig.defaults().withTokens("Digit").withMaxTokens(16);
        assertThat(config.tokens()).isEqualTo("digit");
        Corpus corpus = Corpus.open(Files.writeString(dir.resolve("d.txt"), "3.14159 2.71828 1.41421"), config, null);
        assertThat(corpus.tokenizer()).isEqualTo(new DigitTokenizer());
        assertThat(Framing.BOTH.frame(corpus.tokenizer(), 7, 8)).containsExactly(7, 8);
        List<TokenBatch> batches =
                Samples.all(corpus.batches(new MaskedBatching(0.15), false).open(1, 0));
        StringBuilder read = new StringBuilder();
        for (TokenBatch batch : batches) {
            for (int i = 0; i < batch.ids().length; i++) {
                if (batch.mask()[i]) {
                    read.append(batch.labels()[i] == Batch.IGNORED ? batch.ids()[i] : batch.labels()[i]);
                }
            }
        }
        assertThat(read).hasToString("314159271828141421");
        assertThat(corpus.counts(false).total()).isEqualTo(18);
        Corpus full = Corpus.open(Files.writeString(dir.resolve("e.txt"), "0123456789012345"), config, null);
        TokenBatch batch = Samples.all(
                        full.batches(new MaskedBatching(0.15), false).open(1, 0))
                .get(0);
        assertThat(batch.tokens())
                .as("one row holds as many tokens as a row is long")
                .isEqualTo(16);
        assertThat(batch.mask()[15]).isTrue();
    }

    @Test
    void anUnknownWordIsCountedOrAnErrorThatNamesItsLine() throws IOException {
        Path file = Files.writeString(dir.resolve("u.txt"), "hello\nworld \uD83D\uDE00\n");
        DataConfig config = DataConfig.defaults().withTokens(bert.toString());
        assertThat(Corpus.open(file, config, null).unknown()).containsOnlyKeys("\uD83D\uDE00");
        assertThatThrownBy(() ->
                        Corpus.open(file, config.withOnUnknown("error"), null).counts(false))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("u.txt")
                .hasMessageContaining("2")
                .hasMessageContaining("a token must be in the vocabulary; found \uD83D\uDE00");
    }

    @ParameterizedTest
    @EnumSource(
            value = Framing.class,
            names = {"BOTH", "PACKED"})
    void aSplitDividesNoLineAndLosesNothing(Framing framing) throws IOException {
        Path trained = Files.writeString(
                dir.resolve("bpe.json"),
                new BpeTrainer(BpeTrainer.SPECIALS).add(text).train(300, 2).json());
        Corpus corpus = corpus(trained, framing);
        Corpus.Split split = corpus.split(0.2, 1);
        assertThat(split.train().tokens() + split.valid().tokens()).isEqualTo(corpus.tokens());
        assertThat((double) split.valid().tokens() / corpus.tokens()).isBetween(0.19, 0.21);
        try (DocumentStream documents = split.valid().stream()) {
            assertThat(corpus.tokenizer().decode(documents.next().tokens())).startsWith("\nLine ");
        }
    }

    /** The model's tokenizer is used wherever its file once was. */
    @Test
    void aGivenTokenizerNeedsNoFile() throws IOException {
        DataConfig config = DataConfig.defaults().withTokens("gone/tokenizer.json");
        JsonTokenizer tokenizer = JsonTokenizer.read(bert);
        assertThat(Corpus.open(text, config, tokenizer).tokenizer()).isSameAs(tokenizer);
        assertThatThrownBy(() -> Corpus.open(text, config, null).tokenizer())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gone");
        assertThatThrownBy(() -> Corpus.open(text, config.withTokens("byte"), tokenizer))
                .hasMessageContaining("tokens=byte, tokenizer=json");
        assertThatThrownBy(() -> config.withTokens("words"))
                .hasMessage(
                        "tokens must be one of [protein, character, byte, word[:N], word-punctuation[:N], path of a tokenizer.json, digit]; tokens=words");
    }

    @Test
    void idsBeyondSixteenBitsReachTheRows() throws IOException {
        Path words = Files.writeString(dir.resolve("words.json"), JsonSamples.words(70_000));
        DataConfig config = DataConfig.defaults().withTokens(words.toString());
        Corpus corpus = Corpus.open(Files.writeString(dir.resolve("w.txt"), "w69999 w65535\nw65534 w0"), config, null);
        assertThat(corpus.counts(false).bigram()).containsKeys(70_000, 65_536, 65_535);
        try (DocumentStream documents = corpus.stream()) { // the first pass keeps the parts in memory
            assertThat(documents.next().tokens()).containsExactly(70_000, 65_536, 65_535, 1);
        }
    }
}
