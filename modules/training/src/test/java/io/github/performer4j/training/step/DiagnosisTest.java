package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.MaskedLanguageModel;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

/** The guard names layer, head and map of the first number that is not finite. */
class DiagnosisTest {
    private static ComputationGraph net(String attention) {
        return net(config(attention));
    }

    private static ComputationGraph net(PerformerConfig config) {
        ComputationGraph net = new ComputationGraph(config.graph(new MaskedLanguageModel(), new Sgd(0.1), 0, 1));
        net.init();
        return net;
    }

    private static PerformerConfig config(String attention) {
        return PerformerConfig.defaults()
                .with("embedding.vocabulary", 7)
                .with("layers", 2)
                .with("width", 12)
                .with("attention.heads", 3)
                .with("feedForward.hidden", 5)
                .with("attention.features", 6)
                .with("attention.kind", attention)
                .with("attention.featureMap", "oprf");
    }

    @Test
    void columnsOfQueriesAndRowsOfTheOutputAreThoseOfAHead() {
        ComputationGraph net = net("linear");
        assertThat(Diagnosis.parameter(net)).isNull();
        net.getLayer("block-1").getParam("Wo").putScalar(4, 11, Double.NaN);
        assertThat(Diagnosis.parameter(net))
                .isEqualTo("parameter \"Wo\" of layer \"block-1\" is NaN; head=1,"
                        + " map=DenseExponentialFeatures[estimator=OPRF, epsilon=1.0E-6]");
        net.getLayer("block-0").getParam("Wk").putScalar(0, 8, Double.POSITIVE_INFINITY);
        assertThat(Diagnosis.parameter(net))
                .startsWith("parameter \"Wk\" of layer \"block-0\" is infinite; head=2, map=DenseExponential");
    }

    @Test
    void parametersOfNoHeadNameTheMapOnly() {
        ComputationGraph net = net("exact");
        net.getLayer("block-0").getParam("W1").putScalar(0, 0, Double.NaN);
        assertThat(Diagnosis.parameter(net)).isEqualTo("parameter \"W1\" of layer \"block-0\" is NaN; map=exact");
        net.getLayer("block-0").getParam("W1").putScalar(0, 0, 0);
        net.getLayer("block-1").getParam("bq").putScalar(3, Double.NaN);
        assertThat(Diagnosis.parameter(net))
                .isEqualTo("parameter \"bq\" of layer \"block-1\" is NaN; head=0, map=exact");
    }

    /** Heads count through the groups. */
    @Test
    void headsOfAGroupStandBehindThoseOfTheGroupsInFront() {
        ComputationGraph net = net(config("linear")
                .with(
                        "attention.groups",
                        List.of(Map.of("heads", 2, "kind", "exact"), Map.of("heads", 1, "featureMap", "relu"))));
        net.getLayer("block-0").getParam("group2.Wk").putScalar(0, 1, Double.NaN);
        assertThat(Diagnosis.parameter(net))
                .startsWith("parameter \"group2.Wk\" of layer \"block-0\" is NaN; head=2, map=GeneralizedFeatures");
        net.getLayer("block-0").getParam("group2.Wk").putScalar(0, 1, 0);
        net.getLayer("block-1").getParam("Wo").putScalar(5, 1, Double.NaN);
        assertThat(Diagnosis.parameter(net)).endsWith("is NaN; head=1, map=exact");
    }
}
