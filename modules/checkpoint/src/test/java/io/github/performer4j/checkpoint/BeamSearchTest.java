package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Beams as wide as all texts find the best of all; one beam is the boldest text. */
class BeamSearchTest {
    private final PerformerModel model = Samples.causal(3);
    private final Tokenizer tokenizer = model.info().tokenizer();
    private double best = Double.NEGATIVE_INFINITY;
    private int[] text;

    /** Looks at all texts of up to {@code left} more tokens. */
    private void search(int[] ids, int first, double sum, int left) {
        int n = ids.length - first;
        if (left == 0) {
            keep(Arrays.copyOfRange(ids, first, ids.length), sum / n);
            return;
        }
        double[] next = model.inference().next(ids);
        for (int token = 0; token < next.length; token++) {
            if (token == tokenizer.specials().eos()) {
                keep(Arrays.copyOfRange(ids, first, ids.length), (sum + Math.log(next[token])) / (n + 1));
            } else if (next[token] > 0) {
                int[] longer = Arrays.copyOf(ids, ids.length + 1);
                longer[ids.length] = token;
                search(longer, first, sum + Math.log(next[token]), left - 1);
            }
        }
    }

    private void keep(int[] ids, double score) {
        if (score > best) {
            best = score;
            text = ids;
        }
    }

    @Test
    void theBestOfAllTextsIsFound() {
        int[] framed = model.info().data().framing().frame(tokenizer, tokenizer.encode("ab"));
        search(framed, framed.length, 0, 3);
        List<Beam> beams = new Generator(model).withMaxNew(3).beams("ab", 200);
        assertThat(beams.get(0).text()).isEqualTo(tokenizer.decode(text));
        assertThat(beams.get(0).score()).isCloseTo(best, within(1e-5));
        assertThat(beams).hasSize(125 + 25 + 5 + 1); // all texts of three tokens, and all that end before
        assertThat(beams).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
    }

    @Test
    void oneBeamIsTheBoldestText() {
        Generator generator = new Generator(model)
                .withMaxNew(9)
                .withSampling(Sampling.defaults().withTemperature(0));
        Generated bold = generator.generate("ab").get(0);
        Beam beam = generator.beams("ab", 1).get(0);
        assertThat(beam.text()).isEqualTo(bold.text());
        assertThat(beam.end()).isEqualTo(bold.end());
    }

    @Test
    void rulesAndStopsHoldForBeams() {
        List<Beam> beams = new Generator(model)
                .withAllowed(Allowed.words(tokenizer, List.of("abc", "ab", "dd")))
                .beams("ab", 9);
        assertThat(beams).extracting(Beam::text).containsExactlyInAnyOrder("abc", "ab", "dd");
        assertThat(new Generator(model).withMaxNew(4).withStops(List.of("a")).beams("ab", 50))
                .noneMatch(beam -> beam.text().contains("a"))
                .anyMatch(beam -> beam.end() == Generated.End.STOP);
        assertThatThrownBy(() -> new Generator(model).beams("ab", 0))
                .hasMessage("beams must be from 1 to 4096; beams=0");
    }
}
