package io.github.performer4j.cli.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.studies.Estimate;
import io.github.performer4j.studies.Head;
import io.github.performer4j.studies.KernelRow;
import io.github.performer4j.studies.KernelRow.Place;
import io.github.performer4j.studies.KernelStudy.Subject;
import io.github.performer4j.studies.Setting;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Columns that blocks need follow from their errors, and those that need too many stay exact. */
class LayerAdviceTest {
    private static final Setting POSITIVE = Setting.of("positive", Projection.SIMPLEX, 4, 64); // its own projection
    private static final Setting OTHER = Setting.of("hyperbolic", Projection.ORTHOGONAL, 4, 64);

    private static final Projection SDERF = own("sderf");
    private static final Projection GERF = own("gerf");

    private static Projection own(String map) {
        return PerformerConfig.defaults()
                .with("attention.featureMap", map)
                .attentionOptions()
                .projection();
    }

    private final List<Subject> subjects = new ArrayList<>();
    private final List<KernelRow> rows = new ArrayList<>();

    /** Two heads of a block, of which the second is worse by 0.2; the other map is twice as bad but in block 3. */
    private void block(int layer, Double theory, double measured) {
        for (int head = 0; head < 2; head++) {
            Place place = new Place(layer, head);
            double[][] queries = {{3, 0, 0, 4}, {0, 5, 0, 0}};
            double[][] keys = {{0, 0, 2, 0}, {0, 0, 0, 2}};
            subjects.add(new Subject(new Head(queries, keys, new int[][] {{0, 0}}), Math.sqrt(10), 90, place));
            double more = head * 0.2;
            rows.add(row(POSITIVE, place, theory == null ? null : theory + more, measured + more));
            double factor = layer == 2 ? 0.5 : 2;
            rows.add(row(OTHER, place, null, factor * (measured + more)));
        }
    }

    private static KernelRow row(Setting setting, Place place, Double theory, double measured) {
        return new KernelRow(setting, 3, 90, place, new Estimate(9, 1, 0.1, measured, null, theory, 0.1, 0.1), null);
    }

    private LayerAdvice advice(int most) {
        return LayerAdvice.of(subjects, rows, POSITIVE, any -> true, 0.5, most);
    }

    private static BlockOptions options(Setting map, Object... changes) {
        PerformerConfig config = PerformerConfig.defaults().with("layers", 3);
        for (int i = 0; i < changes.length; i += 2) {
            config = config.with((String) changes[i], changes[i + 1]);
        }
        return new BlockOptions(config, map, -0.25);
    }

    private String options(int most, Object... changes) {
        return advice(most).options(options(POSITIVE, changes));
    }

    @Test
    void blocksThatNeedTooManyFeaturesStayExact() {
        block(0, 0.4, 0.3); // mean 0.5: 64 columns
        block(1, null, 0.9); // mean 1.0, measured: 256 columns
        block(2, 7.9, 3.0); // mean 8: 16,384 columns
        LayerAdvice advice = advice(1024);
        assertThat(options(1024)).isEqualTo("--attention positive --features 256 --layers 1,2");
        assertThat(options(100)).isEqualTo("--attention positive --features 64 --layers 1");
        assertThat(options(20_000)).isEqualTo("--attention positive --features 16384");
        assertThat(options(10)).isEmpty();
        assertThat(options(20_000, "linearBlocks", "2")).endsWith("--features 16384 --layers all");
        assertThat(options(20_000, "exactEvery", 2)).endsWith("--features 16384 --set model.exactEvery=0");

        ObjectNode json = new ObjectMapper().createObjectNode();
        advice.json(options(POSITIVE), json);
        assertThat(json.at("/layers/0/predicted").asDouble()).isEqualTo(0.5, within(1e-12));
        assertThat(json.at("/layers/0/measured").asDouble()).isEqualTo(0.4, within(1e-12));
        assertThat(json.at("/layers/0/query_norm").asDouble()).isEqualTo(5, within(1e-12));
        assertThat(json.at("/layers/0/key_norm").asDouble()).isEqualTo(2, within(1e-12));
        assertThat(json.at("/layers/1/predicted").isNull()).isTrue();
        assertThat(json.at("/layers/2/features").asInt()).isEqualTo(16_384);
        assertThat(json.at("/layers/2/linear").asBoolean()).isFalse();

        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        advice.print(options(POSITIVE), out);
        advice(10).print(options(POSITIVE), out);
        out.flush();
        assertThat(text.toString())
                .contains("least error in it", "hyperbolic, orthogonal 1.550", "2 of 3 blocks linear")
                .contains("No block comes to this error with 10 features or less");
    }

    /** Columns are rounded up, but not beyond the most that is asked for. */
    @Test
    void whatIsNeededIsNotRoundedAboveTheMost() {
        block(0, 0.2, 0.2); // mean 0.3: 23.04 columns
        assertThat(advice(24).options(options(POSITIVE, "layers", 1))).isEqualTo("--attention positive --features 24");
        assertThat(advice(23).options(options(POSITIVE, "layers", 1))).isEmpty();
        assertThat(advice(99).options(options(POSITIVE, "layers", 1))).isEqualTo("--attention positive --features 32");
    }

    /** Blocks that see a window are no others' business, and beside them there is no list. */
    @Test
    void localBlocksStayAsTheyAre() {
        block(0, 0.4, 0.3);
        block(1, 9.0, 9.0); // local
        block(2, 0.4, 0.3);
        Object[] local = {"local", Map.of("globalEvery", 2, "window", 8)};
        assertThat(options(64, local)).isEqualTo("--attention positive --features 64");
        subjects.clear();
        rows.clear();
        block(0, 0.4, 0.3);
        block(1, 0.4, 0.3);
        block(2, 9.0, 9.0);
        assertThat(options(64, local)).isEmpty();
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        advice(64).print(options(POSITIVE, local), out);
        out.flush();
        assertThat(text.toString()).contains("local", "all of the others change, or none");
    }

    /** A map that looks at the sequence needs kept statistics in a causal model, which training alone fills. */
    @Test
    void causalModelsKeepStatistics() {
        Setting fitted = Setting.of("sderf", SDERF, 4, 64);
        assertThat(options(fitted, "attention.causal", true).text(64, List.of(0, 1, 2)))
                .isEqualTo("--attention sderf --features 64 --set model.attention.statistics=running");
        assertThat(options(fitted).text(64, List.of(0, 1, 2))).isEqualTo("--attention sderf --features 64");
        Setting gerf = Setting.of("gerf", GERF, 4, 64);
        assertThat(options(gerf, "attention.causal", true).text(64, List.of(1)))
                .isEqualTo("--attention gerf:-0.2500 --features 64 --layers 2");
    }

    /** What is advised can be had: the options, as keys, are a configuration of the model. */
    @Test
    void optionsAreAConfiguration() {
        block(0, 0.4, 0.3);
        block(1, 0.4, 0.3);
        block(2, 9.0, 9.0);
        Object[][] models = {
            {},
            {"attention.kind", "exact"},
            {"exactEvery", 2},
            {"linearBlocks", "2,3"},
            {"attention.causal", true},
            {"linearBlocks", "1", "attention.window", 9},
            {"local", Map.of("globalEvery", 2, "window", 8)},
        };
        for (Object[] changes : models) {
            for (int most : new int[] {64, 100_000}) {
                BlockOptions options = options(POSITIVE, changes);
                String text = advice(most).options(options);
                Map<String, Object> keys = new LinkedHashMap<>(Map.of("attention.kind", "linear"));
                Matcher named =
                        Pattern.compile("--(attention|features|layers) (\\S+)").matcher(text);
                while (named.find()) {
                    keys.put(
                            switch (named.group(1)) {
                                case "attention" -> "attention.featureMap";
                                case "features" -> "attention.features";
                                default -> "linearBlocks";
                            },
                            named.group(2).matches("\\d+") && !named.group(1).equals("layers")
                                    ? Integer.valueOf(named.group(2))
                                    : named.group(2));
                }
                Matcher set = Pattern.compile("--set model\\.(\\S+)=(\\S+)").matcher(text);
                while (set.find()) {
                    keys.put(
                            set.group(1),
                            set.group(2).matches("\\d+") ? (Object) Integer.valueOf(set.group(2)) : set.group(2));
                }
                PerformerConfig changed = options.config().with(keys);
                assertThat(changed.attentionOptions().projection()).isEqualTo(POSITIVE.projection());
            }
        }
    }

    /** A projection that the map would not have by itself is part of the advice. */
    @Test
    void anotherProjectionIsNamed() {
        Setting iid = Setting.of("positive", Projection.IID, 4, 64);
        assertThat(options(iid).text(64, List.of(0, 1, 2)))
                .isEqualTo("--attention positive --features 64 --set model.attention.projection=iid");
    }

    /** Blocks that see a window are linear in time already, and heads in groups stay as they are. */
    @Test
    void whatCannotChangeIsSaid() {
        block(0, 0.4, 0.3);
        block(1, 0.4, 0.3);
        block(2, 0.4, 0.3);
        BlockOptions windows = options(POSITIVE, "attention.kind", "exact", "attention.window", 9);
        assertThat(advice(64).options(windows)).isEmpty();
        assertThat(windows.obstacle()).startsWith("All blocks see a window");
        BlockOptions groups =
                options(POSITIVE, "attention.groups", List.of(Map.of("heads", 3), Map.of("heads", 1, "kind", "exact")));
        assertThat(advice(64).options(groups)).isEmpty();
        assertThat(groups.obstacle()).startsWith("The heads attend in groups");
        assertThat(BlockOptions.possible(PerformerConfig.defaults().with("attention.prefix", 3), POSITIVE))
                .isTrue();
        Setting fitted = Setting.of("sderf", SDERF, 4, 64);
        assertThat(BlockOptions.possible(PerformerConfig.defaults().with("attention.prefix", 3), fitted))
                .isFalse();
    }
}
