package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Translation;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Targets by state are those of the whole pass, and beams those of all targets. */
class TranslatorTest {
    @TempDir
    Path folder;

    private double best = Double.NEGATIVE_INFINITY;
    private String text;

    private static PerformerModel model(long seed, String... settings) {
        Tokenizer tokenizer = new CharacterTokenizer("abcd ".codePoints().toArray());
        PerformerConfig config = Samples.config(Framing.BOTH, tokenizer.size(), 8)
                .withCausal(true)
                .with("encoder.layers", 1);
        for (int i = 0; i < settings.length; i += 2) {
            config = config.with(settings[i], settings[i + 1]);
        }
        PerformerModel model = Samples.model(new Translation(), Framing.BOTH, tokenizer, config, seed);
        model.net().params().muli(4); // far from uniform
        return new PerformerModel(model.net(), model.info());
    }

    private static SourceNet net(PerformerModel model) {
        return new SourceNet(NetPool.of(model.net()), model.info());
    }

    private static int[] framed(PerformerModel model, String source) {
        Tokenizer tokenizer = model.info().tokenizer();
        return Framing.BOTH.frame(tokenizer, tokenizer.encode(source));
    }

    /** Looks at all targets of at most {@code left} tokens more. */
    private void search(PerformerModel model, SourceNet net, int[] source, int[] ids, double sum, int left) {
        Tokenizer tokenizer = model.info().tokenizer();
        if (left == 0) {
            return; // what did not end comes behind all that did
        }
        int n = ids.length - 1;
        int[] written = Arrays.copyOfRange(ids, 1, ids.length);
        double[] next = net.next(source, ids);
        for (int token = 0; token < next.length; token++) {
            if (token == tokenizer.specials().eos()) {
                keep(tokenizer.decode(written), (sum + Math.log(next[token])) / (n + 1));
            } else if (next[token] > 0) {
                int[] longer = Arrays.copyOf(ids, ids.length + 1);
                longer[ids.length] = token;
                search(model, net, source, longer, sum + Math.log(next[token]), left - 1);
            }
        }
    }

    private void keep(String candidate, double score) {
        if (score > best) {
            best = score;
            text = candidate;
        }
    }

    @Test
    void theBestOfAllTargetsIsFound() {
        PerformerModel model = model(7);
        int[] start = {model.info().tokenizer().specials().start()};
        search(model, net(model), framed(model, "abcd"), start, 0, 3);
        List<Beam> beams = model.translator().withMaxNew(3).withBeams(200).beams("abcd");
        assertThat(beams.get(0).text()).isEqualTo(text);
        assertThat(beams.get(0).score()).isCloseTo(best, within(1e-5));
        assertThat(beams.subList(0, 31)).allMatch(beam -> beam.end() == Generated.End.MODEL);
        assertThat(beams.subList(31, beams.size())).allMatch(beam -> beam.end() == Generated.End.LENGTH);
        assertThat(beams).hasSize(125 + 25 + 5 + 1); // all targets of three tokens, and all that end before
    }

    /** A search with few beams ends with as many targets as beams, not at the longest length. */
    @Test
    void searchEndsWithItsTargets() {
        PerformerModel model = model(7);
        List<Beam> few = model.translator().withMaxNew(12).withBeams(2).beams("abcd");
        assertThat(few).hasSize(2);
        List<Boolean> lengths =
                few.stream().map(beam -> beam.end() == Generated.End.LENGTH).toList();
        assertThat(lengths).isSorted(); // ended ones first
    }

    @Test
    void oneBeamIsTheMostProbableTokenOfTheWholePassEachTime() {
        for (String kind : List.of("linear", "exact")) {
            PerformerModel model = model(9, "attention.kind", kind);
            Tokenizer tokenizer = model.info().tokenizer();
            Translator translator = model.translator().withMaxNew(9);
            assertThat(translator.obstacle() == null).isEqualTo(kind.equals("linear"));
            Beam beam = translator.translate("dab c");
            SourceNet net = net(model);
            int[] ids = {tokenizer.specials().start()};
            double sum = 0;
            int taken = 0;
            for (boolean ended = false; !ended && taken < 9; taken++) {
                double[] next = net.next(framed(model, "dab c"), ids);
                int token = best(next);
                sum += Math.log(next[token]);
                ended = token == tokenizer.specials().eos();
                if (!ended) {
                    ids = Arrays.copyOf(ids, ids.length + 1);
                    ids[ids.length - 1] = token;
                }
            }
            assertThat(beam.text()).isEqualTo(tokenizer.decode(Arrays.copyOfRange(ids, 1, ids.length)));
            assertThat(beam.tokens()).isEqualTo(taken);
            assertThat(beam.score()).isCloseTo(sum / taken, within(1e-5));
            Generated bold = translator
                    .withSampling(Sampling.defaults().withTemperature(0))
                    .generate("dab c")
                    .get(0);
            assertThat(bold.text()).isEqualTo(beam.text());
            assertThat(bold.end()).isEqualTo(beam.end());
        }
    }

    private static int best(double... p) {
        int best = 0;
        for (int i = 1; i < p.length; i++) {
            best = p[i] > p[best] ? i : best;
        }
        return best;
    }

    /** No target goes on later, so the first bytes of a character are shown at its end. */
    @Test
    void targetsShowTheirEnd() {
        Tokenizer bytes = new ByteTokenizer();
        PerformerConfig config =
                Samples.config(Framing.BOTH, bytes.size(), 8).withCausal(true).with("encoder.layers", 1);
        Translator translator = Samples.model(new Translation(), Framing.BOTH, bytes, config, 3)
                .translator()
                .withMaxNew(1);
        List<Generated> drawn = translator.withCount(20).generate("ab");
        assertThat(drawn).allSatisfy(target -> {
            int[] ids = target.state().ids();
            assertThat(target.text()).isEqualTo(bytes.decode(Arrays.copyOfRange(ids, 1, ids.length)));
        });
        assertThat(drawn).extracting(Generated::text).contains("\uFFFD");
        assertThat(translator.withBeams(300).beams("ab"))
                .filteredOn(beam -> beam.text().equals("\uFFFD"))
                .hasSize(128);
    }

    @Test
    void drawnTargetsAreThoseOfTheirSeed() {
        Translator translator = model(5).translator().withMaxNew(7).withSeed(3);
        List<Generated> three = translator.withCount(3).generate("ab");
        assertThat(translator.generate("ab").get(0).text())
                .isEqualTo(three.get(0).text());
        assertThat(translator.withCount(3).generate("ab"))
                .extracting(Generated::text)
                .isEqualTo(three.stream().map(Generated::text).toList());
        assertThat(translator.withSeed(4).withCount(8).generate("ab"))
                .extracting(Generated::text)
                .isNotEqualTo(translator.withCount(8).generate("ab").stream()
                        .map(Generated::text)
                        .toList());
    }

    @Test
    void aFileGivesTheSameAndManyGiveWhatEachGives() throws IOException {
        PerformerModel model = model(11);
        Path zip = folder.resolve("m.zip");
        ModelFile.save(zip, model.net(), model.info(), false, Map.of());
        Translator loaded = Translator.load(zip).withBeams(3).withMaxNew(6);
        Translator translator = model.translator().withBeams(3).withMaxNew(6);
        List<String> sources = List.of("ab", "dcba", "a", "bb d");
        List<Beam> all = loaded.translate(sources);
        for (int i = 0; i < sources.size(); i++) {
            assertThat(all.get(i)).isEqualTo(translator.translate(sources.get(i)));
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        PerformerModel model = model(5);
        Translator translator = model.translator();
        assertThat(translator.maxNew()).isEqualTo(13);
        assertThatThrownBy(() -> translator.translate("abcdabcdabcd"))
                .hasMessage(
                        "a source is one text that fits the model's window, its frame included; tokens=14, window=13");
        assertThatThrownBy(() -> translator.translate("")).hasMessageContaining("a sequence must have a token");
        assertThatThrownBy(() -> translator.withMaxNew(14)).hasMessageContaining("length=14, window=13");
        assertThatThrownBy(() -> translator.withBeams(0)).hasMessage("beams must be from 1 to 4096; beams=0");
        assertThatThrownBy(() -> Samples.causal(1).translator())
                .hasMessage("translate needs a model of task seq2seq; task=causal-lm");
        assertThatThrownBy(() -> model.embed("ab")).hasMessageContaining("embed is for models that read one sequence");
        assertThatThrownBy(() -> model.generate("ab", 3, Sampling.defaults(), 1))
                .hasMessageContaining("generate needs a model of task causal-lm");
        assertThatThrownBy(() -> new ModelExport(new OnnxFormat(false), model, folder.resolve("m.onnx")))
                .hasMessageContaining("export to onnx is for models that read one sequence");
    }
}
