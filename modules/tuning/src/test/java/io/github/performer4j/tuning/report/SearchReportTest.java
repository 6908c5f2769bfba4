package io.github.performer4j.tuning.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.task.Evaluation;
import io.github.performer4j.tuning.search.Generator;
import io.github.performer4j.tuning.search.Search;
import io.github.performer4j.tuning.search.SearchSettings;
import io.github.performer4j.tuning.search.Trial;
import io.github.performer4j.tuning.space.SearchSpace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The files of a search of three trials, one of which failed. */
class SearchReportTest {
    private static final SearchSpace SPACE = SearchSpace.fromJson("""
            {"formatVersion": 1, "parameters": {
              "training.learningRate": {"kind": "log", "min": 1e-4, "max": 1e-2},
              "model.attention.kind": {"kind": "choice", "values": ["linear", "exact"]},
              "model.attention.features": {"kind": "integer", "min": 16, "max": 48,
                                           "when": {"model.attention.kind": ["linear"]}}}}
            """);

    private static final SearchSettings SETTINGS = new SearchSettings(
            RunConfig.preset("protein-small")
                    .withOverrides(
                            Map.of("training.steps", "9", "training.minutes", "0", "model.attention.decay", "none")),
            SPACE,
            Generator.TPE,
            1,
            3,
            0);

    private static final List<Trial> TRIALS = List.of(
            trial(2, 1.5, Map.of("training.learningRate", "0.001", "model.attention.kind", "exact")),
            trial(
                    1,
                    2.5,
                    Map.of(
                            "training.learningRate",
                            "0.01",
                            "model.attention.kind",
                            "linear",
                            "model.attention.features",
                            "32")),
            new Trial(
                    3,
                    Map.of("training.learningRate", "0.0001", "model.attention.kind", "exact"),
                    List.of(0.0, 0.9, 0.5),
                    List.of(new Trial.Attempt(0, null, null, Double.NaN, "diverged: \"loss\" <NaN>, at once"))));

    @TempDir
    Path folder;

    private static Trial trial(int number, double loss, Map<String, String> values) {
        Evaluation evaluation = new Evaluation("loss", false, Map.of("loss", loss), Map.of(), 1);
        return new Trial(
                number, values, List.of(0.5, 0.5, 0.5), List.of(new Trial.Attempt(9, evaluation, 77L, 0.25, null)));
    }

    @BeforeEach
    void write() throws IOException {
        SearchReport.write(folder, SETTINGS, new Search.Result(TRIALS, true), "performer tune --space \"a<b\"");
    }

    @Test
    void theTableAsCsv() throws IOException {
        assertThat(Files.readString(folder.resolve("leaderboard.csv"))).isEqualTo("""
                rank,trial,folder,loss,steps,parameters,seconds_per_step,training.learningRate,model.attention.kind,\
                model.attention.features,failure
                1,2,trial-0002,1.5,9,77,0.25,0.001,exact,,
                2,1,trial-0001,2.5,9,77,0.25,0.01,linear,32,
                ,3,trial-0003,,,,,0.0001,exact,,"diverged: ""loss"" <NaN>, at once"
                """);
    }

    @Test
    void theBestIsAConfiguration() throws IOException {
        RunConfig best = RunConfig.fromJson(Files.readString(folder.resolve(SearchReport.BEST)));
        assertThat(best).isEqualTo(SETTINGS.config(TRIALS.get(0)));
        SearchReport.write(folder, SETTINGS, new Search.Result(TRIALS.subList(2, 3), true), "performer tune");
        assertThat(folder.resolve(SearchReport.BEST)).doesNotExist();
        assertThat(folder.resolve("report.html")).content().doesNotContain("<svg");
    }

    /** Rate 1e-3 is in the middle of its axis, exact at the upper end, features are passed over, and the best loss is above. */
    @Test
    void aLineForEachTrialThatWasMeasured() throws Exception {
        String html = Files.readString(folder.resolve("report.html"));
        assertThat(html)
                .contains("a&lt;b", "&lt;NaN&gt;", "3 trials, 1 of them failed", "Best: trial 2")
                .doesNotContain("http-equiv");
        assertThat(html.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http://", "https://", "<script");
        String svg = html.substring(html.indexOf("<svg"), html.indexOf("</svg>") + 6);
        Document picture = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        NodeList lines = picture.getElementsByTagName("polyline");
        List<String> points = new ArrayList<>();
        for (int i = 0; i < lines.getLength(); i++) {
            points.add(((Element) lines.item(i)).getAttribute("points"));
        }
        assertThat(points).containsExactly("70,40.0 220,300.0 370,170.0 520,300.0", "70,170.0 220,40.0 520,40.0");
        assertThat(((Element) lines.item(1)).getAttribute("stroke-width")).isEqualTo("3");
        assertThat(lines.item(1).getTextContent()).startsWith("trial 2: nats per prediction 1.5000");
    }
}
