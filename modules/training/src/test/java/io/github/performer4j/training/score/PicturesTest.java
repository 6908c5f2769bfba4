package io.github.performer4j.training.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.XYChart;

/**
 * What can be said of pictures without looking: where cells are dark, which points are drawn, and that no locale shows.
 */
class PicturesTest {
    /** Only truth 0, predicted last: the corner at the top right is dark, the other three are white. */
    @ParameterizedTest
    @ValueSource(ints = {2, 14, 31, 60, 200})
    void truthIsByRowFromTheTop(int classes) throws IOException {
        Confusion confusion = new Confusion(classes);
        confusion.add(0, classes - 1, 3);
        BufferedImage picture = read(ConfusionPicture.png(confusion, names(classes), ConfusionPicture.Numbers.COUNTS));
        int dark = 0;
        double x = 0;
        double y = 0;
        for (int i = 0; i < picture.getWidth(); i++) {
            for (int j = 0; j < picture.getHeight(); j++) {
                if ((picture.getRGB(i, j) & 0xffffff) == (Pictures.STRONG.getRGB() & 0xffffff)) {
                    dark++;
                    x += i;
                    y += j;
                }
            }
        }
        double cell = (picture.getWidth() - 200.0) / classes;
        assertThat(dark).isBetween((int) (0.5 * cell * cell), (int) (2 * cell * cell));
        assertThat(x / dark).isGreaterThan(picture.getWidth() - 30 - cell);
        assertThat(y / dark).isLessThan(60 + cell);
    }

    @Test
    void longNamesAreShortenedInTheMiddle() {
        assertThat(Pictures.shortened("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Pictures.shortened("abcdefg", 6)).isEqualTo("abc…fg");
        assertThat(Pictures.shortened("abcdefg", 3)).isEqualTo("a…g");
        assertThat(Pictures.shortened("𝔸𝔹ℂ𝔻𝔼", 4)).isEqualTo("𝔸𝔹…𝔼");
    }

    /** Ten of 23: numbers ⌊23 i / 10⌋; all of few. */
    @Test
    void pointsAreEvenlySpaced() {
        float[] values = new float[23];
        IntStream.range(0, 23).forEach(i -> values[i] = i);
        assertThat(ScatterPicture.chosen(values, 10)).containsExactly(0, 2, 4, 6, 9, 11, 13, 16, 18, 20);
        assertThat(ScatterPicture.chosen(new float[] {7, 5}, 2)).containsExactly(7, 5);
    }

    @Test
    void aTitleSaysHowManyPointsAreDrawn() {
        float[] few = {1, 2, 3};
        assertThat(ScatterPicture.chart("width in mm", few, few).getTitle()).isEqualTo("width in mm, 3 points");
        float[] many = new float[12_345];
        XYChart chart = ScatterPicture.chart("width in mm", many, many);
        assertThat(chart.getTitle()).isEqualTo("width in mm, 5,000 of 12,345 points");
        assertThat(chart.getSeriesMap().get("points").getXData()).hasSize(5_000);
    }

    /** All points are equal: the range is not empty all the same. */
    @Test
    void oneValueHasARange() {
        XYChart chart = ScatterPicture.chart("x", new float[] {4, 4}, 4, 4);
        assertThat(chart.getStyler().getXAxisMin()).isLessThan(4);
        assertThat(chart.getStyler().getXAxisMax()).isGreaterThan(4);
    }

    @Test
    void aCurveNamesTheBestItsBaselinesAndWhatIsUndefined() {
        List<CurvePicture.Point> evaluations =
                List.of(point(10, 0.5), point(1_200, 0.75), point(1_300, null), point(1_400, 0.25));
        Map<String, Double> baselines = Map.of("majority", 0.3);
        XYChart higher = new CurvePicture("accuracy", true, evaluations, baselines, List.of(), null).chart();
        assertThat(higher.getTitle()).isEqualTo("accuracy, undefined in 1 of 4 evaluations");
        assertThat(higher.getYAxisTitle()).isEqualTo("accuracy (higher is better)");
        assertThat(higher.getSeriesMap())
                .containsOnlyKeys("baseline: majority", "validation", "best: 0.7500 at step 1,200");
        assertThat(higher.getSeriesMap().get("validation").getYData()).containsExactly(0.5, 0.75, 0.25);
        assertThat(higher.getSeriesMap().get("baseline: majority").getXData()).containsExactly(0, 1_400);
        XYChart lower = new CurvePicture("nats", false, evaluations, baselines, List.of(), null).chart();
        assertThat(lower.getSeriesMap()).containsKey("best: 0.2500 at step 1,400");
    }

    /** 1,001 losses in windows of six; the own axis is the second. */
    @Test
    void trainingLossIsAveragedAndHasAnAxisIfItIsNotTheFigure() {
        List<CurvePicture.Point> losses = new ArrayList<>();
        IntStream.rangeClosed(1, 1_001).forEach(step -> losses.add(point(step, 2.0 * step)));
        XYChart shared = new CurvePicture("nats", false, List.of(point(3, 1.0)), Map.of(), losses, null).chart();
        assertThat(shared.getSeriesMap().get("training, mean of 6 steps").getYAxisGroup())
                .isZero();
        XYChart own = new CurvePicture("accuracy", true, List.of(), Map.of(), losses, "loss in nats").chart();
        var series = own.getSeriesMap().get("training: loss in nats, mean of 6 steps");
        assertThat(series.getYAxisGroup()).isEqualTo(1);
        assertThat(series.getYData())
                .hasSize(167)
                .startsWith(7, 19)
                .endsWith(2.0 * (997 + 998 + 999 + 1_000 + 1_001) / 5);
    }

    @Test
    void nothingToDrawIsNoPicture() {
        assertThat(new CurvePicture("x", true, List.of(point(1, null)), Map.of("a", 1.0), List.of(), null).png())
                .isNull();
    }

    @Test
    void massIsPaintedFromWhiteToDark() {
        assertThat(MassPicture.colour(0.2)).isEqualTo(MassPicture.colour(1));
        assertThat(MassPicture.colour(1)).isEqualTo(0xFFFFF5);
        assertThat(MassPicture.colour(8)).isEqualTo(MassPicture.colour(80));
        assertThat(MassPicture.colour(8) >> 16).isCloseTo(125, within(1));
    }

    /** The digits of the user's language would be in every number; equal pictures are equal bytes. */
    @Test
    void noLocaleShows() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.ROOT);
            List<byte[]> plain = pictures();
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            List<byte[]> arabic = pictures();
            for (int i = 0; i < plain.size(); i++) {
                assertThat(arabic.get(i)).isEqualTo(plain.get(i));
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void refusalsNameRuleAndValues() {
        Expect.refused(
                () -> ConfusionPicture.png(new Confusion(3), names(2), ConfusionPicture.Numbers.COUNTS),
                "there must be a name for each class; classes=3, names=2");
        Expect.refused(
                () -> ConfusionPicture.png(new Confusion(1_001), names(1_001), ConfusionPicture.Numbers.COUNTS),
                "too many classes for a picture; classes=1001, most=1000");
        Expect.refused(() -> ScatterPicture.png("x", new float[0]), "there must be points; points=0");
        Expect.refused(() -> ScatterPicture.png("x", new float[1]), "lengths must agree; truth=1, prediction=0");
        Expect.refused(
                () -> ScatterPicture.png("x", new float[1], Float.NaN),
                "points must be finite; point=0, truth=0.0, prediction=NaN");
        Expect.refused(() -> point(3, Double.NaN), "values must be finite; step=3, value=NaN");
        Expect.refused(
                () -> new CurvePicture("x", true, List.of(), Map.of(), List.of(point(1, null)), null),
                "training losses must be defined; step=1");
        Expect.refused(
                () -> new CurvePicture("x", true, List.of(), Map.of("a", Double.NaN), List.of(), null),
                "baselines must be finite; name=a, value=NaN");
    }

    private static List<byte[]> pictures() {
        Confusion confusion = new Confusion(3);
        confusion.add(0, 1, 1234);
        confusion.add(1, 1, 56.5);
        confusion.add(2, 0, 7e6);
        List<byte[]> pictures = new ArrayList<>();
        for (ConfusionPicture.Numbers numbers : ConfusionPicture.Numbers.values()) {
            pictures.add(ConfusionPicture.png(confusion, names(3), numbers));
        }
        pictures.add(ScatterPicture.png("height", new float[] {1000, 2500}, 1200, 2100));
        List<CurvePicture.Point> points = List.of(point(1_000, 0.125), point(2_000, 0.5));
        pictures.add(new CurvePicture("accuracy", true, points, Map.of("chance", 0.25), points, "loss").png());
        return pictures;
    }

    private static CurvePicture.Point point(long step, Double value) {
        return new CurvePicture.Point(step, value);
    }

    private static List<String> names(int classes) {
        return IntStream.range(0, classes).mapToObj(k -> "class " + k).toList();
    }

    private static BufferedImage read(byte... png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }
}
