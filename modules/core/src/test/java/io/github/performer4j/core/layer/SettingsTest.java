package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.layer.SettingsCase.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.schedule.FixedSchedule;

/**
 * Everything that Deeplearning4j can set on a layer, on each of our layers, on both engines, by the layer's builder and for the whole net: it changes what it should,
 * or is refused with a message; from the whole net it may also find nothing to act on, and then changes nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettingsTest {
    private static final double RATE = SettingsCase.RATE;
    private static final double C = 0.3;
    private static final double THRESHOLD = 0.01;

    /** What a setting acts on. */
    private enum Target {
        WEIGHTS,
        /** Parameters that Deeplearning4j treats as biases. */
        BIASES,
        ALL,
        /** Nothing: refused wherever it comes from. */
        NOWHERE,
        /** Nothing: refused by builders only. */
        NOWHERE_ASKED
    }

    /** A parameter before the step, its gradient, and the norm of the layer's gradient. */
    private record Given(String name, INDArray value, INDArray gradient, double norm) {}

    /**
     * A setting.
     *
     * @param step what is subtracted from a parameter that is acted on
     * @param score what a parameter that is acted on adds to the score
     */
    private record Setting(
            String name,
            Target target,
            Consumer<GraphLayer.Builder<?>> ofLayer,
            Consumer<NeuralNetConfiguration.Builder> ofNet,
            BiFunction<Given, INDArray, INDArray> step,
            BiFunction<Given, INDArray, Double> score) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** One case: a setting on a kind of layer, by the layer's builder or for the net, on an engine. */
    private record Case(String engine, Kind kind, Setting setting, boolean global) {}

    private static Setting update(
            String name,
            Target target,
            Consumer<GraphLayer.Builder<?>> ofLayer,
            Consumer<NeuralNetConfiguration.Builder> ofNet,
            BiFunction<Given, INDArray, INDArray> step) {
        return new Setting(name, target, ofLayer, ofNet, step, (given, p) -> 0.0);
    }

    private static Setting penalty(
            String name,
            Target target,
            Consumer<GraphLayer.Builder<?>> ofLayer,
            Consumer<NeuralNetConfiguration.Builder> ofNet,
            boolean l1) {
        return new Setting(
                name,
                target,
                ofLayer,
                ofNet,
                (g, p) -> g.gradient().add((l1 ? Transforms.sign(p) : p).mul(C)).mul(RATE),
                (g, p) -> l1
                        ? C * p.norm1Number().doubleValue()
                        : C / 2 * Math.pow(p.norm2Number().doubleValue(), 2));
    }

    private static Setting normalization(GradientNormalization kind, BiFunction<Given, INDArray, INDArray> gradient) {
        return update(
                kind.name(),
                Target.ALL,
                b -> b.gradientNormalization(kind).gradientNormalizationThreshold(THRESHOLD),
                b -> b.gradientNormalization(kind).gradientNormalizationThreshold(THRESHOLD),
                (given, p) -> gradient.apply(given, p).mul(RATE));
    }

    private static Setting refused(
            String name,
            Target target,
            Consumer<GraphLayer.Builder<?>> ofLayer,
            Consumer<NeuralNetConfiguration.Builder> ofNet) {
        return update(
                name, target, ofLayer, ofNet, (given, p) -> given.gradient().mul(RATE));
    }

    private static List<Setting> settings() {
        List<Setting> all = new ArrayList<>();
        all.add(update(
                "updater",
                Target.ALL,
                b -> b.updater(new Sgd(0.5)),
                b -> b.updater(new Sgd(0.5)),
                (g, p) -> g.gradient().mul(0.5)));
        all.add(update(
                "biasUpdater",
                Target.BIASES,
                b -> b.biasUpdater(new Sgd(0.5)),
                b -> b.biasUpdater(new Sgd(0.5)),
                (g, p) -> g.gradient().mul(0.5)));
        all.add(penalty("l1", Target.WEIGHTS, b -> b.l1(C), b -> b.l1(C), true));
        all.add(penalty("l2", Target.WEIGHTS, b -> b.l2(C), b -> b.l2(C), false));
        all.add(penalty("weightDecay", Target.WEIGHTS, b -> b.weightDecay(C), b -> b.weightDecay(C), false));
        all.add(penalty("l1Bias", Target.BIASES, b -> b.l1Bias(C), b -> b.l1Bias(C), true));
        all.add(penalty("l2Bias", Target.BIASES, b -> b.l2Bias(C), b -> b.l2Bias(C), false));
        all.add(penalty(
                "weightDecayBias", Target.BIASES, b -> b.weightDecayBias(C), b -> b.weightDecayBias(C, true), false));
        all.add(normalization(
                GradientNormalization.RenormalizeL2PerLayer,
                (g, p) -> g.gradient().div(g.norm())));
        all.add(normalization(
                GradientNormalization.RenormalizeL2PerParamType,
                (g, p) -> g.gradient().div(Math.max(1e-5, norm(g.gradient())))));
        all.add(normalization(
                GradientNormalization.ClipElementWiseAbsoluteValue,
                (g, p) -> Transforms.min(Transforms.max(g.gradient(), -THRESHOLD), THRESHOLD)));
        all.add(normalization(
                GradientNormalization.ClipL2PerLayer, (g, p) -> g.gradient().mul(Math.min(1, THRESHOLD / g.norm()))));
        all.add(normalization(
                GradientNormalization.ClipL2PerParamType,
                (g, p) -> g.gradient().mul(Math.min(1, THRESHOLD / Math.max(1e-30, norm(g.gradient()))))));
        BiFunction<Given, INDArray, INDArray> toZero =
                (g, p) -> p.sub(Transforms.max(p.sub(g.gradient().mul(RATE)), 0));
        all.add(update(
                "constrainWeights",
                Target.WEIGHTS,
                b -> b.constrainWeights(new NonNegativeConstraint()),
                b -> b.constrainWeights(new NonNegativeConstraint()),
                toZero));
        all.add(update(
                "constrainBias",
                Target.BIASES,
                b -> b.constrainBias(new NonNegativeConstraint()),
                b -> b.constrainBias(new NonNegativeConstraint()),
                toZero));
        // M2.1 drops a net's constrainAllParameters before any layer, its own ones included, sees it
        all.add(update(
                "constrainAllParameters",
                Target.ALL,
                b -> b.constrainAllParameters(new NonNegativeConstraint()),
                null,
                toZero));
        all.add(refused("weightNoise", Target.NOWHERE, b -> setNoise(b), b -> b.weightNoise(new DropConnect(0.5))));
        all.add(refused(
                "activation",
                Target.NOWHERE_ASKED,
                b -> b.activation(Activation.TANH),
                b -> b.activation(Activation.TANH)));
        return all;
    }

    private static void setNoise(GraphLayer.Builder<?> builder) {
        builder.setWeightNoise(new DropConnect(0.5));
    }

    private static double norm(INDArray x) {
        return x.norm2Number().doubleValue();
    }

    private static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String engine : new String[] {"cpu", "graph"}) {
            for (Kind kind : Kind.values()) {
                for (Setting setting : settings()) {
                    if (kind.hasBuilder()) {
                        cases.add(new Case(engine, kind, setting, false));
                    }
                    if (setting.ofNet() != null) {
                        cases.add(new Case(engine, kind, setting, true));
                    }
                }
            }
        }
        return cases.stream();
    }

    private final Map<String, SettingsCase> references = new LinkedHashMap<>();

    @AfterEach
    void restore() {
        System.clearProperty(Engine.PROPERTY);
    }

    private SettingsCase reference(String engine, Kind kind) {
        return references.computeIfAbsent(engine + kind, k -> SettingsCase.of(kind, b -> {}, b -> {}));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void changesWhatItShouldOrIsRefused(Case c) {
        System.setProperty(Engine.PROPERTY, c.engine());
        Setting s = c.setting();
        SettingsCase reference = reference(c.engine(), c.kind());
        boolean possible =
                reference.parameters().keySet().stream().anyMatch(name -> actsOn(s.target(), reference, name));
        boolean weights = !reference.parameters().isEmpty() || c.kind() == Kind.LOSS; // whose net has another layer
        boolean refused = s.target() == Target.NOWHERE && weights || !c.global() && !possible;
        if (refused) {
            assertThatThrownBy(() -> make(c))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("layer=");
            return;
        }
        SettingsCase set = make(c);
        Map<String, INDArray> before = reference.parameters();
        Map<String, INDArray> plain = reference.step();
        Map<String, INDArray> actual = set.step();
        double norm = 0;
        for (String name : before.keySet()) {
            norm += Math.pow(norm(before.get(name).sub(plain.get(name)).div(RATE)), 2);
        }
        double score = 0;
        boolean differs = false;
        for (String name : before.keySet()) {
            INDArray gradient = before.get(name).sub(plain.get(name)).div(RATE);
            Given given = new Given(name, before.get(name), gradient, Math.sqrt(norm));
            boolean acts = actsOn(s.target(), reference, name);
            INDArray expected = acts ? before.get(name).sub(s.step().apply(given, given.value())) : plain.get(name);
            TensorAssert.assertClose(name, actual.get(name), expected);
            differs |= acts && actual.get(name).distance2(plain.get(name)) > 1e-4;
            score += acts ? s.score().apply(given, given.value()) : 0;
        }
        assertThat(differs).as("the step differs").isEqualTo(possible);
        assertThat(set.penalty()).isCloseTo(score, within(1e-4 * (1 + score)));
        if (!c.global()) {
            assertThat(set.score() - reference.score()).isCloseTo(score, within(1e-4 * (1 + score)));
        }
    }

    private SettingsCase make(Case c) {
        return SettingsCase.of(
                c.kind(),
                c.global() ? b -> {} : c.setting().ofLayer(),
                c.global() ? c.setting().ofNet() : b -> {});
    }

    private static boolean actsOn(Target target, SettingsCase reference, String name) {
        return switch (target) {
            case WEIGHTS -> reference.isWeight(name);
            case BIASES -> !reference.isWeight(name);
            case ALL -> true;
            case NOWHERE, NOWHERE_ASKED -> false;
        };
    }

    /** Weights, biases and gains begin as told; what has a beginning of its own keeps it, unless the layer's builder says otherwise. */
    @ParameterizedTest
    @MethodSource("kinds")
    void beginsAsTold(Kind kind) {
        SettingsCase plain = reference("cpu", kind);
        Consumer<NeuralNetConfiguration.Builder> net =
                b -> b.weightInit(WeightInit.ONES).biasInit(0.5);
        SettingsCase global = SettingsCase.of(kind, b -> {}, net);
        boolean table = kind == Kind.EMBEDDING || kind == Kind.TABLE || kind == Kind.POSITIONS || kind == Kind.HEAD;
        global.initial().forEach((name, value) -> {
            if (plain.isWeight(name)) {
                assertThat(value.eq(1).all()).as(name).isEqualTo(!table);
            } else {
                boolean gain = GraphLayer.isGain(name);
                assertThat(value.eq(gain ? 1 : 0.5).all()).as(name).isTrue();
            }
        });
        if (!kind.hasBuilder()) {
            return;
        }
        boolean weights = plain.parameters().keySet().stream().anyMatch(plain::isWeight);
        boolean biases = plain.parameters().keySet().stream().anyMatch(GraphLayer::isBias);
        boolean gains = plain.parameters().keySet().stream().anyMatch(GraphLayer::isGain);
        begins(kind, weights, "weightInit", b -> b.weightInit(WeightInit.ONES), n -> plain.isWeight(n) ? 1.0 : null);
        begins(kind, biases, "biasInit", b -> b.biasInit(0.25), n -> GraphLayer.isBias(n) ? 0.25 : null);
        begins(kind, gains, "gainInit", b -> b.gainInit(2), n -> GraphLayer.isGain(n) ? 2.0 : null);
    }

    private static void begins(
            Kind kind,
            boolean possible,
            String setting,
            Consumer<GraphLayer.Builder<?>> builder,
            Function<String, Double> expected) {
        if (possible) {
            SettingsCase.of(kind, builder, b -> {}).initial().forEach((name, value) -> {
                if (expected.apply(name) != null) {
                    assertThat(value.eq(expected.apply(name)).all()).as(name).isTrue();
                }
            });
        } else {
            assertThatThrownBy(() -> SettingsCase.of(kind, builder, b -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "a setting must have something to act on in the layer; setting=" + setting + ", layer=");
        }
    }

    static Kind[] kinds() {
        return Kind.values();
    }

    /** The input of a layer loses entries in training and in training only, the same ones for equal nets; ids cannot. */
    @ParameterizedTest
    @MethodSource("dropouts")
    void dropsItsInput(String engine, Kind kind, boolean global) {
        System.setProperty(Engine.PROPERTY, engine);
        if (kind.takesIds()) {
            assertThatThrownBy(() -> dropping(kind, global, new Dropout(0.5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "token ids must not be dropped: give this layer dropOut(1), which keeps all, if the net has a"
                                    + " dropOut; layer=layer, dropOut=0.5");
        } else {
            SettingsCase set = dropping(kind, global, new Dropout(0.5));
            SettingsCase plain = reference(engine, kind);
            INDArray kept = plain.activation(false);
            TensorAssert.assertIdentical("inference", set.activation(false), kept);
            INDArray dropped = set.activation(true);
            assertThat(dropped.distance2(kept)).isGreaterThan(1e-3);
            TensorAssert.assertIdentical("again", set.activation(true), dropped);
            INDArray step = set.stepped().params();
            TensorAssert.assertIdentical(
                    "equal nets",
                    dropping(kind, global, new Dropout(0.5)).stepped().params(),
                    step);
            assertThat(plain.stepped().params().distance2(step)).isGreaterThan(1e-4);
        }
        TensorAssert.assertIdentical(
                "all kept",
                dropping(kind, global, new Dropout(1)).activation(true),
                reference(engine, kind).activation(true));
        for (IDropout other : new IDropout[] {
            new AlphaDropout(0.5),
            new GaussianDropout(0.5),
            new GaussianNoise(0.5),
            new SpatialDropout(0.5),
            new Dropout(new FixedSchedule(0.5)),
            new Dropout(1.5)
        }) {
            assertThatThrownBy(() -> dropping(kind, global, other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("dropOut")
                    .hasMessageContaining("layer=layer, dropOut=");
        }
    }

    /** Global ones are taken from the layer below and above, so that only the layer's own effect is seen. */
    private static SettingsCase dropping(Kind kind, boolean global, IDropout dropout) {
        return SettingsCase.of(kind, b -> b.dropOut(global ? null : dropout), b -> {}, global ? dropout : null);
    }

    static Stream<Arguments> dropouts() {
        List<Arguments> all = new ArrayList<>();
        for (String engine : new String[] {"cpu", "graph"}) {
            for (Kind kind : Kind.values()) {
                all.add(Arguments.of(engine, kind, true));
                if (kind.hasBuilder()) {
                    all.add(Arguments.of(engine, kind, false));
                }
            }
        }
        return all.stream();
    }
}
