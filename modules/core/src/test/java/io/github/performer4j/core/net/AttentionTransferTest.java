package io.github.performer4j.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.model.AttentionChange;
import io.github.performer4j.core.program.Op;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Projections that are fitted to exact attention: the error is that of what the layers hand out, and falls. */
class AttentionTransferTest {
    private static final int HEADS = 2;
    private static final int E = 16;
    private static final int T = 11;
    private static final String[] ROWS = {"11111111111", "11111110000"};
    private static final AttentionOptions EXACT =
            AttentionOptions.defaults().withHeads(HEADS).withKind(AttentionOptions.Kind.EXACT);

    private static AttentionOptions learned(String map, boolean causal) {
        return EXACT.withKind(AttentionOptions.Kind.LINEAR)
                .withFeatureMap(FeatureMap.named(map))
                .withFeatures(8)
                .withRedrawInterval(0)
                .withCausal(causal)
                .withLearnedProjection(true);
    }

    private static ComputationGraph net(AttentionOptions o, DataType type) {
        ComputationGraph net = AttentionNets.of(o, type, T, E);
        net.getLayer("attention").getParam("Wo").assign(Nd4j.eye(E)); // what heads attended is handed out
        return net;
    }

    private static INDArray attended(ComputationGraph net, INDArray x, INDArray mask) {
        net.setLayerMaskArrays(new INDArray[] {mask}, null);
        INDArray y = net.feedForward(x, false).get("attention").dup('c');
        net.clearLayerMaskArrays();
        return y.muli(mask.reshape(ROWS.length, T, 1));
    }

    @ParameterizedTest
    @CsvSource({"positive,false", "positive,true", "hyperbolic,false", "relu,true"})
    void theErrorIsThatOfTheOutputsAndFalls(String map, boolean causal) {
        ComputationGraph teacher = net(EXACT.withCausal(causal), DataType.FLOAT);
        ComputationGraph student = AttentionChange.of(teacher, o -> learned(map, causal));
        INDArray x = Samples.gaussian(DataType.FLOAT, 3, 2, ROWS.length, T, E);
        INDArray mask = Samples.mask(DataType.FLOAT, ROWS);
        INDArray before = teacher.params().dup();
        AttentionTransfer transfer = new AttentionTransfer(teacher, student);
        INDArray exact = attended(teacher, x, mask);
        double first = error(transfer, 0, x, mask);
        assertThat(first).isCloseTo(relative(attended(student, x, mask), exact), within(1e-4 * first));
        for (int i = 0; i < 200; i++) {
            error(transfer, 0.02, x, mask);
        }
        double last = error(transfer, 0, x, mask);
        assertThat(last).isLessThan(0.6 * first);
        transfer.write(student);
        assertThat(relative(attended(student, x, mask), exact)).isCloseTo(last, within(1e-4 * last));
        assertThat(teacher.params()).isEqualTo(before);
        INDArray projection = student.getLayer("attention").getParam(Op.Attend.PROJECTION);
        ComputationGraph drawn = AttentionChange.of(teacher, o -> learned(map, causal));
        drawn.getLayer("attention").getParam(Op.Attend.PROJECTION).assign(projection);
        assertThat(student.params()).as("nothing else moved").isEqualTo(drawn.params());
    }

    private static double error(AttentionTransfer transfer, double rate, INDArray x, INDArray mask) {
        Map<String, Double> errors = transfer.step(rate, new INDArray[] {x}, new INDArray[] {mask});
        assertThat(errors).containsOnlyKeys("attention");
        return errors.get("attention");
    }

    private static double relative(INDArray estimate, INDArray exact) {
        INDArray difference = estimate.sub(exact);
        return difference.mul(difference).sumNumber().doubleValue()
                / exact.mul(exact).sumNumber().doubleValue();
    }

    @Test
    void refusesWhatItCannotFit() {
        ComputationGraph teacher = net(EXACT, DataType.FLOAT);
        ComputationGraph drawn =
                AttentionChange.of(teacher, o -> learned("positive", false).withLearnedProjection(false));
        assertThatThrownBy(() -> new AttentionTransfer(teacher, drawn))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model.attention.learnedProjection must be true");
        AttentionOptions decaying = learned("positive", false).withDecay(new Decay(false, 3, 30, 0));
        ComputationGraph decays = AttentionChange.of(teacher, o -> decaying);
        assertThatThrownBy(() -> new AttentionTransfer(teacher, decays))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without groups, decay, grid");
        ComputationGraph student = AttentionChange.of(teacher, o -> learned("positive", false));
        INDArray[] x = {Samples.gaussian(DataType.FLOAT, 3, 1, 1, T, E)};
        INDArray[] packed = {Nd4j.createFromArray(new float[][] {{1, 1, 1, 1, 2, 2, 2, 2, 2, 0, 0}})};
        AttentionTransfer plain = new AttentionTransfer(teacher, student);
        assertThatThrownBy(() -> plain.step(0.1, x, packed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "features are fitted to rows of one sequence each, not to packed ones; sequences in a row=2");
        assertThatThrownBy(() -> new AttentionTransfer(student, student))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("features are fitted to exact attention: it must be the model's own; layer=attention");
        AttentionTransfer windowed = new AttentionTransfer(net(EXACT.withWindow(3), DataType.FLOAT), student);
        assertThatThrownBy(() -> windowed.step(0.1, x, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "features are fitted to attention of all keys by what they hold; layer=attention");
    }
}
