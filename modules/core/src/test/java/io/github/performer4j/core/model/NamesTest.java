package io.github.performer4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.layer.FeedForward;
import io.github.performer4j.core.layer.PositionLayer;
import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.Task;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.Sgd;

/** However a name of the configuration is typed, the record, its JSON and its graph are the same. */
class NamesTest {
    /** A task that pools, so that every name has its effect. */
    private static final Task TASK = new Classification(List.of("a", "b"), false, "none", null);

    private final Locale before = Locale.getDefault();

    @AfterEach
    void restore() {
        Locale.setDefault(before);
    }

    static Stream<Arguments> names() {
        return Stream.of(
                        names("attention.kind", AttentionOptions.Kind.class),
                        FeatureMaps.names().stream().map(name -> Arguments.of("attention.featureMap", name)),
                        Stream.of("gerf:-0.1", "gerf:1.0e-4").map(name -> Arguments.of("attention.featureMap", name)),
                        names("attention.projection", Projection.class),
                        names("feedForward.kind", FeedForward.class),
                        names("embedding.positions", PositionLayer.Kind.class),
                        names("attention.statistics", Statistics.class),
                        Stream.of(Arguments.of("norm.placement", "pre"), Arguments.of("norm.placement", "post")),
                        names("head.pooling", SequencePoolingLayer.Kind.class))
                .flatMap(s -> s);
    }

    private static <T extends Enum<T>> Stream<Arguments> names(String key, Class<T> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(value -> Arguments.of(key, value.name().toLowerCase(Locale.ROOT)));
    }

    /** Returns a name in lower, upper and mixed case, with '-' and '_'. */
    static Set<String> variants(String name) {
        String hyphens = name.replace('_', '-');
        if (hyphens.startsWith("gerf:")) { // here '-' is a sign
            return new LinkedHashSet<>(Set.of(name, name.toUpperCase(Locale.ROOT), "Gerf" + name.substring(4)));
        }
        String underscores = hyphens.replace('-', '_');
        Set<String> variants = new LinkedHashSet<>();
        for (String form : new String[] {hyphens, underscores}) {
            variants.add(form);
            variants.add(form.toUpperCase(Locale.ROOT));
            variants.add(form.substring(0, 1).toUpperCase(Locale.ROOT) + form.substring(1));
        }
        return variants;
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("names")
    void everyFormIsTheSameConfiguration(String key, String name) {
        PerformerConfig base = PerformerConfig.defaults()
                .withVocabulary(7)
                .with("width", 8)
                .with("attention.heads", 2)
                .with("layers", 1)
                .with("feedForward.hidden", 8)
                .with("attention.features", 48);
        PerformerConfig expected = base.with(key, name);
        for (Locale locale : new Locale[] {Locale.ROOT, new Locale("tr", "TR")}) {
            Locale.setDefault(locale); // where the small form of I is not i
            for (String form : variants(name)) {
                PerformerConfig config = base.with(key, form);
                assertThat(config).as(form).isEqualTo(expected);
                assertThat(config.toJson()).as(form).isEqualTo(expected.toJson());
                assertThat(PerformerConfig.fromJson(config.toJson())).isEqualTo(config);
                assertThat(config.attentionOptions()).as(form).isEqualTo(expected.attentionOptions());
                assertThat(config.graph(TASK, new Sgd(0.1), 0, 1).toJson())
                        .as(form)
                        .isEqualTo(expected.graph(TASK, new Sgd(0.1), 0, 1).toJson());
            }
        }
    }

    /** Not only by {@code with}: the record itself keeps one form. */
    @Test
    void theConstructorKeepsTheWrittenForm() {
        PerformerConfig c = PerformerConfig.fromJson("""
                {"attention": {"kind": "EXACT", "featureMap": "ELU_PLUS_ONE", "projection": "Orthogonal_Regularized", "statistics": "Sequence"},
                 "feedForward": {"kind": "GeGLU"}, "embedding": {"positions": "Sinusoidal"}, "norm": {"placement": "POST"},
                 "head": {"pooling": "FIRST"}}""");
        assertThat(c.attention().kind()).isEqualTo("exact");
        assertThat(c.attention().featureMap()).isEqualTo("elu-plus-one");
        assertThat(c.attention().projection()).isEqualTo("orthogonal-regularized");
        assertThat(c.attention().statistics()).isEqualTo("sequence");
        assertThat(c.feedForward().kind()).isEqualTo("geglu");
        assertThat(c.embedding().positions()).isEqualTo("sinusoidal");
        assertThat(c.norm().placement()).isEqualTo("post");
        assertThat(c.head().pooling()).isEqualTo("first");
        assertThat(PerformerConfig.defaults()
                        .with("attention.featureMap", "GERF:-0.10")
                        .attention()
                        .featureMap())
                .isEqualTo("gerf:-0.1");
    }

    @Test
    void refusalsListTheWrittenForm() {
        assertThatThrownBy(() -> Projection.named("dense"))
                .hasMessageContaining("orthogonal-regularized")
                .hasMessageContaining("simplex-plus")
                .hasMessageNotContaining("_");
        assertThatThrownBy(() -> FeatureMap.named("dense")).hasMessageNotContaining("_");
        assertThatThrownBy(() -> PerformerConfig.defaults().with("attention.kind", null))
                .hasMessage("unknown kind; kind=null, known=linear, exact, auto");
    }
}
