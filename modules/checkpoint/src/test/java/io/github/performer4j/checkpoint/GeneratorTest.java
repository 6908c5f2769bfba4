package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Sgd;

/** Texts by state are those of the window while it lasts, and the same however they are cut, counted, kept and stopped. */
class GeneratorTest {
    @TempDir
    Path folder;

    /** A model with other settings; windows of 13 tokens, {@code maxTokens} where positions are none. */
    private static PerformerModel model(long seed, String... settings) {
        ModelInfo info = Samples.causal(seed).info();
        PerformerConfig config = info.model();
        for (int i = 0; i < settings.length; i += 2) {
            config = config.with(settings[i], settings[i + 1]);
        }
        ComputationGraph net = new ComputationGraph(config.graph(info.task(), new Sgd(0.1), 0, seed));
        net.init();
        net.params().muli(6); // far from uniform
        net.getLayer(HeadPlace.OUTPUT)
                .getParam("b")
                .putScalar(info.tokenizer().specials().eos(), -30.0); // texts do not end by themselves
        return new PerformerModel(net, info.withModel(config));
    }

    private static PerformerModel endless(long seed) {
        return model(seed, "embedding.positions", "none", "attention.positions", "rotary");
    }

    private static int[] framed(PerformerModel model, String text) {
        Tokenizer tokenizer = model.info().tokenizer();
        return model.info().data().framing().frame(tokenizer, tokenizer.encode(text));
    }

    /** What the full pass says at each place of the text is what the text has there. */
    @ParameterizedTest
    @ValueSource(strings = {"learned", "sinusoidal", "none"})
    void theMostProbableTextIsThatOfTheFullPass(String positions) {
        PerformerModel model = model(5, "embedding.positions", positions);
        Generated text = new Generator(model)
                .withSampling(Sampling.defaults().withTemperature(0))
                .withMaxNew(9)
                .generate("ab")
                .get(0);
        int[] ids = framed(model, "ab");
        for (int i = 0; i < text.tokens(); i++) {
            double[] next = model.inference().next(ids);
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = best(next);
        }
        assertThat(text.state().ids()).isEqualTo(ids);
        assertThat(text.text()).isEqualTo(model.info().tokenizer().decode(Arrays.copyOfRange(ids, 3, ids.length)));
        assertThat(text.tokens()).isEqualTo(9);
    }

    private static int best(double... p) {
        int best = 0;
        for (int i = 1; i < p.length; i++) {
            best = p[i] > p[best] ? i : best;
        }
        return best;
    }

    @Test
    void positionsSayHowFarTheStateReaches() {
        assertThat(new Generator(model(3, "embedding.positions", "learned")).reach())
                .isEqualTo(13);
        assertThat(new Generator(model(3, "embedding.positions", "sinusoidal")).reach())
                .isEqualTo(13);
        assertThat(new Generator(endless(3)).reach()).isEqualTo(Integer.MAX_VALUE);
        Generator exact = new Generator(model(3, "attention.kind", "exact"));
        assertThat(exact.reach()).isZero();
        assertThat(exact.obstacle()).contains("layer=block-0", "its attention is exact");
        assertThat(exact.withMaxNew(20).generate("ab").get(0).text()).matches("[abcd ]*");
    }

    @Test
    void fewerTokensAreTheBeginningOfMore() {
        Generator generator = new Generator(endless(3)).withSeed(5);
        String longer = generator.withMaxNew(80).generate("ab").get(0).text();
        assertThat(longer).hasSizeGreaterThan(40);
        for (int n : new int[] {0, 1, 7, 33}) {
            Generated shorter = generator.withMaxNew(n).generate("ab").get(0);
            assertThat(longer).startsWith(shorter.text());
            assertThat(shorter.text()).hasSize(n);
        }
    }

    /** Sequence s has its own draws, whatever is drawn beside it; some differ. */
    @Test
    void manyAtOnceAreThoseOfFewer() {
        Generator generator = new Generator(endless(3)).withMaxNew(30);
        List<String> five = texts(generator.withCount(5).generate("ab"));
        assertThat(texts(generator.withCount(2).generate("ab"))).isEqualTo(five.subList(0, 2));
        assertThat(texts(generator.generate("ab"))).isEqualTo(five.subList(0, 1));
        assertThat(five).doesNotHaveDuplicates();
    }

    private static List<String> texts(List<Generated> all) {
        return all.stream().map(Generated::text).toList();
    }

    /** Across the end of the positions, too. */
    @ParameterizedTest
    @ValueSource(strings = {"learned", "none"})
    void anInterruptedTextGoesOnAsIfItHadNotBeen(String positions) throws IOException {
        PerformerModel model = model(3, "embedding.positions", positions);
        Generator generator = new Generator(model)
                .withSampling(Sampling.defaults().withRepetitionPenalty(1.2))
                .withCount(2);
        List<Generated> whole = generator.withMaxNew(40).generate("ab");
        for (int first : new int[] {0, 5, 17}) {
            Path file = folder.resolve("state" + first);
            List<Generated> begun = generator.withMaxNew(first).generate("ab");
            GenerationFile.save(
                    file, model, begun.stream().map(Generated::state).toList());
            List<Generated> rest = generator.withMaxNew(40 - first).resume(GenerationFile.load(file, model), "");
            for (int s = 0; s < 2; s++) {
                assertThat(begun.get(s).text() + rest.get(s).text())
                        .isEqualTo(whole.get(s).text());
            }
        }
    }

    /** Wherever it is cut: a character of several bytes is written once, a stop string and a rule go on at their place. */
    @Test
    void aTextUnderARuleGoesOnAtItsPlace() {
        ByteTokenizer bytes = new ByteTokenizer();
        PerformerModel model = Samples.model(new CausalLanguageModel(), Framing.PACKED, bytes, 8, 3);
        Generator generator = new Generator(model)
                .withAllowed(Allowed.words(bytes, List.of("aé€😀b€é")))
                .withStops(List.of("b€é", "€b"));
        int[] ids = bytes.encode("aé€😀b€é");
        for (int first = 0; first <= ids.length; first++) {
            Generated begun = generator.withMaxNew(first).generate("x").get(0);
            Generated rest =
                    generator.withMaxNew(40).resume(List.of(begun.state()), "").get(0);
            boolean border = first > 10 && first < ids.length; // what was shown of the stop string stays
            assertThat(begun.text() + rest.text())
                    .as("" + first)
                    .isEqualTo("aé€😀" + (border ? begun.text().substring(5) : ""));
            assertThat(begun.tokens() + rest.tokens()).isEqualTo(ids.length);
            assertThat(rest.end()).isEqualTo(first < ids.length ? Generated.End.STOP : Generated.End.COMPLETE);
        }
        Generated begun = generator.withMaxNew(5).generate("x").get(0);
        Generator other = generator.withAllowed(Allowed.words(bytes, List.of("aê")));
        assertThatThrownBy(() -> other.resume(List.of(begun.state()), ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kept to its rule so far, and begins one anew behind a prompt; written=aé");
        assertThat(other.resume(List.of(begun.state()), "x").get(0).text()).isEqualTo("aê");
    }

    /** Where nothing more may come, the first bytes of a character are shown, once; where more may, they wait. */
    @Test
    void aCompleteTextShowsItsEnd() {
        ByteTokenizer bytes = new ByteTokenizer();
        PerformerModel model = Samples.model(new CausalLanguageModel(), Framing.PACKED, bytes, 8, 3);
        Generator whole = new Generator(model).withAllowed(Allowed.places(bytes, List.of("a", "é")));
        Generated text = whole.withMaxNew(2).generate("x").get(0);
        assertThat(text.end()).isEqualTo(Generated.End.COMPLETE);
        assertThat(text.text()).isEqualTo("a\uFFFD");
        assertThat(whole.resume(List.of(text.state()), "").get(0).text()).isEmpty();
        assertThat(whole.beams("x", 2)).extracting(Beam::text).containsExactly("a\uFFFD", "a\uFFFD");
        model.net()
                .getLayer(HeadPlace.OUTPUT)
                .getParam("b")
                .putScalar(bytes.specials().eos(), -1e3);
        Generator more = new Generator(model).withMaxNew(1).withAllowed(FirstBytes::new);
        assertThat(more.generate("x").get(0).text()).isEmpty();
        assertThat(more.generate("x").get(0).end()).isEqualTo(Generated.End.COMPLETE);
        assertThat(more.beams("x", 2)).extracting(Beam::text).containsExactly("\uFFFD");
    }

    /** The first byte of é, again and again; a text may end anywhere. */
    private record FirstBytes() implements Allowed.Place {
        @Override
        public BitSet tokens() {
            BitSet one = new BitSet();
            one.set(new ByteTokenizer().encode("é")[0]);
            return one;
        }

        @Override
        public boolean end() {
            return true;
        }

        @Override
        public Allowed.Place after(int token) {
            return this;
        }
    }

    /** Behind its end, another text begins. */
    @Test
    void theModelMayEndAText() {
        PerformerModel model = endless(3);
        int eos = model.info().tokenizer().specials().eos();
        Generator generator = new Generator(model).withMaxNew(3);
        Generated before = generator.generate("ab").get(0);
        model.net().getLayer(HeadPlace.OUTPUT).getParam("b").putScalar(eos, 1e3);
        Generated ended = generator.generate("ab").get(0);
        assertThat(ended.end()).isEqualTo(Generated.End.MODEL);
        assertThat(ended.text()).isEmpty();
        int[] ids = Arrays.copyOf(framed(model, "ab"), 4);
        ids[3] = eos;
        assertThat(ended.state().ids()).isEqualTo(ids);
        model.net().getLayer(HeadPlace.OUTPUT).getParam("b").putScalar(eos, -30.0);
        assertThat(generator.resume(List.of(ended.state()), "").get(0).text()).hasSize(3);
        assertThat(generator.generate("ab").get(0).text()).isEqualTo(before.text());
    }

    @Test
    void textComesWhileItIsWritten() {
        List<String> pieces = new ArrayList<>();
        Generated text = new Generator(endless(3))
                .withMaxNew(30)
                .withListener((sequence, more) -> pieces.add(more))
                .generate("ab")
                .get(0);
        assertThat(String.join("", pieces)).isEqualTo(text.text());
        assertThat(pieces).hasSize(text.tokens());
    }

    /** The stop string and all behind it are left out, and no listener has seen its beginning. */
    @Test
    void textsEndAtStopStrings() {
        Generator generator = new Generator(endless(3)).withMaxNew(60);
        String free = generator.generate("ab").get(0).text();
        String stop = free.substring(20, 23);
        StringBuilder seen = new StringBuilder();
        Generated stopped = generator
                .withStops(List.of(stop, "dddddddddd"))
                .withListener((sequence, more) -> seen.append(more))
                .generate("ab")
                .get(0);
        assertThat(stopped.text()).isEqualTo(free.substring(0, free.indexOf(stop)));
        assertThat(stopped.end()).isEqualTo(Generated.End.STOP);
        assertThat(seen.toString()).isEqualTo(stopped.text());
        assertThatThrownBy(() -> generator.withStops(List.of("a", "xyz")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a stop string must be one that the model can write; stop=xyz, unknown=[x, y, z]");
        assertThatThrownBy(() -> generator.withStops(List.of("")))
                .hasMessage("a stop string must be one that the model can write; stop=, spelled=");
    }

    @Test
    void badFilesAreToldInOneLine() throws IOException {
        PerformerModel model = endless(3);
        Path file = folder.resolve("state");
        GenerationFile.save(
                file,
                model,
                List.of(new Generator(model).withMaxNew(4).generate("a").get(0).state()));
        byte[] good = Files.readAllBytes(file);
        refused(file, endless(4), "because it is a state of another model; file=" + file);
        good[11]++;
        Files.write(file, good);
        refused(file, model, "because it is of another version; version=3, known=1 to 2; file=" + file);
        good[11]--;
        Files.write(file, Arrays.copyOf(good, good.length - 5));
        refused(file, model, "because it ends early; file=" + file);
        Files.write(file, Arrays.copyOf(good, good.length + 1));
        refused(file, model, "because it is damaged; bytes behind its end; file=" + file);
        Files.writeString(file, "It is a truth");
        refused(file, model, "because it is no state of a generation; file=" + file);
    }

    private static void refused(Path file, PerformerModel model, String message) {
        assertThatThrownBy(() -> GenerationFile.load(file, model))
                .isInstanceOf(IOException.class)
                .hasMessage("the file is no state to go on from, " + message);
    }

    @Test
    void numbersHaveRanges() {
        Generator generator = new Generator(Samples.causal(3));
        assertThatThrownBy(() -> generator.withCount(0)).hasMessage("count must be from 1 to 1048576; count=0");
        assertThatThrownBy(() -> generator.withMaxNew(-1)).hasMessageContaining("length=-1");
        assertThatThrownBy(() -> new Generator(Samples.masked(3)))
                .hasMessage("generate needs a model of task causal-lm; task=masked-lm");
    }
}
