package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.data.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Orders fill what a plain loop over {@link PerformerModel#fill} fills; and they give joint distributions that one pass cannot. */
class InfillingTest {
    private static final String LONG = "MKT_YIAKQR__FVKSHF_RQLEERLGLIEVQ_"; // three windows of 13

    private static PerformerModel model() {
        return Uses.proteins(new MaskedLanguageModel(), 3);
    }

    private static List<Filled> guesses(PerformerModel model, int... ids) {
        return new ArrayList<>(model.fill(ids));
    }

    /** Fills by the plain loop; random orders are those of the result. */
    private static List<Infilled.Step> plain(PerformerModel model, FillOrder order, int perStep, Infilled result) {
        Tokenizer tokenizer = model.info().tokenizer();
        int[] ids = model.readMasked(LONG).ids();
        List<Infilled.Step> steps = new ArrayList<>();
        while (IntStream.of(ids).anyMatch(id -> id == tokenizer.mask())) {
            List<Filled> all = guesses(model, ids);
            if (order == FillOrder.CONFIDENCE) {
                all.sort((a, b) -> Double.compare(
                        b.guesses().get(0).probability(), a.guesses().get(0).probability()));
            }
            if (order == FillOrder.RANDOM) {
                List<Integer> places =
                        result.steps().stream().map(Infilled.Step::position).toList();
                all.sort((a, b) -> Integer.compare(places.indexOf(a.position()), places.indexOf(b.position())));
            }
            for (Filled place :
                    all.subList(0, order == FillOrder.TOGETHER ? all.size() : Math.min(perStep, all.size()))) {
                Filled.Guess best = place.guesses().get(0);
                ids[place.position()] = tokenizer.encode(best.token())[0];
                steps.add(new Infilled.Step(place.position(), best.token(), best.probability()));
            }
        }
        return steps;
    }

    @ParameterizedTest
    @CsvSource({"TOGETHER,1", "LEFT,1", "LEFT,2", "CONFIDENCE,1", "CONFIDENCE,2", "RANDOM,1", "RANDOM,3"})
    void ordersFillWhatAPlainLoopFills(FillOrder order, int perStep) {
        PerformerModel model = model();
        Infilled filled =
                model.infilling().withOrder(order).withPerStep(perStep).fill(LONG);
        List<Infilled.Step> expected = plain(model, order, perStep, filled);
        assertThat(filled.steps()).hasSize(5).hasSameSizeAs(expected);
        StringBuilder text = new StringBuilder(LONG);
        double log = 0;
        for (int i = 0; i < expected.size(); i++) {
            Infilled.Step step = filled.steps().get(i);
            assertThat(step.position()).isEqualTo(expected.get(i).position());
            assertThat(step.token()).isEqualTo(expected.get(i).token());
            assertThat(step.probability()).isCloseTo(expected.get(i).probability(), within(1e-6));
            text.setCharAt(step.position(), step.token().charAt(0));
            log += Math.log(step.probability());
        }
        assertThat(filled.text()).isEqualTo(text.toString());
        assertThat(filled.logProbability()).isCloseTo(log, within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(FillOrder.class)
    void samplesFollowFromTheSeed(FillOrder order) {
        Infilling filling = model().infilling().withOrder(order).withTemperature(1);
        List<Infilled> five = filling.withSeed(5).fill(LONG, 5);
        assertThat(filling.withSeed(5).fill(LONG, 3)).isEqualTo(five.subList(0, 3));
        assertThat(five.stream().map(Infilled::text).distinct()).hasSizeGreaterThan(2);
        assertThat(filling.withSeed(6).fill(LONG, 5)).isNotEqualTo(five);
        if (order == FillOrder.RANDOM) {
            assertThat(five.stream()
                            .map(one -> one.steps().stream()
                                    .map(Infilled.Step::position)
                                    .toList())
                            .distinct())
                    .hasSizeGreaterThan(2);
        }
    }

    /** One masked place: drawn as often as the model says. */
    @Test
    void drawsByTheModelsProbabilities() {
        PerformerModel model = model();
        Filled.Guess best = model.fill("MK_LV").get(0).guesses().get(0);
        List<Infilled> all = model.infilling().withTemperature(1).fill("MK_LV", 300);
        long hits = all.stream()
                .filter(one -> one.steps().get(0).token().equals(best.token()))
                .count();
        double deviation = Math.sqrt(300 * best.probability() * (1 - best.probability()));
        assertThat((double) hits).isCloseTo(300 * best.probability(), within(4 * deviation));
    }

    /** A model of which two places are equal, each of two letters: by themselves they are independent, one after the other they are equal. */
    @Test
    void ordersKnowWhatTwoPlacesHaveInCommon() {
        PerformerModel model = model();
        int[] aa = model.info().tokenizer().encode("MAKA");
        int[] cc = model.info().tokenizer().encode("MCKC");
        learn(model, aa, cc);
        for (FillOrder order : FillOrder.values()) {
            long equal = model.infilling().withOrder(order).withTemperature(1).fill("M_K_", 40).stream()
                    .filter(one -> one.text().charAt(1) == one.text().charAt(3))
                    .count();
            if (order == FillOrder.TOGETHER) {
                assertThat(equal).isBetween(8L, 32L); // 20 ± 4 standard deviations
            } else {
                assertThat(equal).as(order.key()).isGreaterThanOrEqualTo(37);
            }
        }
    }

    /** Trains on both sequences with either place masked, and with both. */
    private static void learn(PerformerModel model, int[]... sequences) {
        Tokenizer tokenizer = model.info().tokenizer();
        List<float[]> rows = new ArrayList<>();
        List<float[]> labels = new ArrayList<>();
        for (int[] sequence : sequences) {
            for (int[] masked : new int[][] {{1}, {3}, {1, 3}}) {
                int[] ids = sequence.clone();
                float[] label = new float[ids.length + 2];
                java.util.Arrays.fill(label, -1);
                for (int place : masked) {
                    label[place + 1] = ids[place];
                    ids[place] = tokenizer.mask();
                }
                int[] framed = model.info().data().framing().frame(tokenizer, ids);
                float[] row = new float[framed.length];
                for (int t = 0; t < row.length; t++) {
                    row[t] = framed[t];
                }
                rows.add(row);
                labels.add(label);
            }
        }
        INDArray x = Nd4j.createFromArray(rows.toArray(float[][]::new));
        INDArray y = Nd4j.createFromArray(labels.toArray(float[][]::new));
        for (int i = 0; i < 400; i++) {
            model.net().fit(new DataSet(x, y));
        }
    }

    @Test
    void whatIsWrongIsRefused() {
        Infilling filling = model().infilling();
        assertThatThrownBy(() -> filling.fill("MKV")).hasMessageContaining("must have a masked token");
        assertThatThrownBy(() -> filling.fill("M_V", 0)).hasMessage("samples must be positive; count=0");
        assertThatThrownBy(() -> filling.withPerStep(0)).hasMessage("tokens per step must be positive; per-step=0");
        assertThatThrownBy(() -> filling.withTemperature(-1)).hasMessageContaining("temperature must be finite");
        assertThatThrownBy(() -> Uses.classifier(false).infilling()).hasMessageContaining("fill needs a model");
        assertThatThrownBy(() -> FillOrder.named("right"))
                .hasMessage("unknown order; order=right, known=together, left, confidence, random");
    }

    /** Each masked token is one of its set, in any order and drawn or not; with one symbol each the sequence is given. */
    @ParameterizedTest
    @EnumSource(FillOrder.class)
    void maskedTokensAreOfTheirSets(FillOrder order) {
        Infilling all = model().infilling().withOrder(order).withTemperature(1);
        List<String> sets = List.of("WC", "*", "H", "DE", "*");
        for (Infilled filled : all.withAllowed(sets).fill(LONG, 20)) {
            assertThat(filled.text()).matches("MKT[WC]YIAKQR[A-Z]HFVKSHF[DE]RQLEERLGLIEVQ[A-Z]");
        }
        assertThat(all.withAllowed(List.of("W", "C", "H", "D", "E")).fill(LONG).text())
                .isEqualTo("MKTWYIAKQRCHFVKSHFDRQLEERLGLIEVQE");
        assertThat(all.withAllowed(List.of("*", "*", "*", "*", "*")).fill(LONG, 3))
                .isEqualTo(all.fill(LONG, 3));
        assertThatThrownBy(() -> all.withAllowed(List.of("A")).fill(LONG))
                .hasMessage("there must be a set for each masked token; sets=1, masked=5");
        for (String none : List.of("", "_", "A<unk>", "<mask>", "A*", "A-")) {
            assertThatThrownBy(() -> all.withAllowed(List.of("A", none)))
                    .hasMessageStartingWith(
                            "what is allowed must be something that the model can write; allowed=" + none);
        }
        if (order == FillOrder.TOGETHER) { // probabilities are the model's own, whatever is allowed
            Filled.Guess guess = guesses(model(), model().readMasked(LONG).ids())
                    .get(0)
                    .guesses()
                    .get(1); // the second best, which a set of one token makes the only one
            double own = all.withAllowed(List.of(guess.token(), "*", "*", "*", "*"))
                    .fill(LONG)
                    .steps()
                    .get(0)
                    .probability();
            assertThat(own).isEqualTo(guess.probability(), within(1e-6));
        }
    }
}
