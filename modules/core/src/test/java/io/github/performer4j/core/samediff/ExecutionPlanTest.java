package io.github.performer4j.core.samediff;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionInput;
import io.github.performer4j.core.attention.CausalLinearAttention;
import io.github.performer4j.core.attention.LinearAttention;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Projection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A plan gives what SameDiff's own sessions give, on graphs with stopped and broadcast gradients, from poisoned memory. */
class ExecutionPlanTest {
    private static final int B = 2;
    private static final int T = 11;
    private static final int E = 5;

    @ParameterizedTest
    @CsvSource({
        "relu, false",
        "relu, true",
        "positive, false",
        "positive, true",
        "trigonometric, true",
        "elu_plus_one, false"
    })
    void planEqualsSession(String name, boolean causal) {
        DataType type = DataType.DOUBLE;
        SameDiff sd = SameDiff.create();
        SDVariable x = sd.var("x", Samples.gaussian(type, 3, 1, B, T, E));
        SDVariable gain = sd.var("gain", Samples.gaussian(type, 5, 1, E));
        SDVariable bias = sd.var("bias", Samples.gaussian(type, 7, 1, E));
        SDVariable weight = sd.var("weight", Samples.gaussian(type, 9, 1, E, E));
        SDVariable mask = sd.placeHolder("mask", type, B, T, 1);
        SDVariable error = sd.placeHolder("error", type, B, T, E);
        SDVariable normed = LayerNorm.define(sd, x.reshape(B * T, E), gain, bias, E, 1e-5);
        SDVariable q = sd.mmul(normed, weight).reshape(B, T, E);
        SDVariable k = normed.reshape(B, T, E);
        FeatureMap map = FeatureMap.named(name);
        SDVariable w = sd.constant(Nd4j.create(Projection.IID.draw(map.draws(40), E, 11)));
        AttentionInput in = new AttentionInput(sd, q, k, x, mask, B, T, E, type);
        SDVariable attended = (causal
                        ? CausalLinearAttention.define(in, map, 40, w, 4)
                        : LinearAttention.define(in, map, 40, w))
                .out();
        SDVariable out = attended.add(x).mul(k.sub(bias));
        sd.sum("loss", out.mul(error)).markAsLoss();
        List<String> parameters = List.of("x", "gain", "bias", "weight");
        Map<String, INDArray> values = Map.of(
                "mask",
                Samples.mask(type, "11111111000", "00110111111").reshape(B, T, 1),
                "error",
                Samples.gaussian(type, 13, 1, B, T, E));
        INDArray expected = sd.output(values, out.name()).get(out.name());
        Map<String, INDArray> gradients = sd.calculateGradients(values, parameters);
        List<String> names = parameters.stream()
                .map(p -> sd.getVariable(p).getGradient().name())
                .toList();
        Arena kept = new Arena();
        ExecutionPlan plan = new ExecutionPlan(sd.getFunction("grad"), type, List.of(out.name()), names, values, kept);
        for (int call = 0; call < 2; call++) {
            Arena.scratch().poison();
            kept.poison();
            plan.forward(values);
            TensorAssert.assertClose("output", plan.array(out.name()), expected);
            Arena.scratch().poison();
            plan.backward(values);
            for (int i = 0; i < names.size(); i++) {
                TensorAssert.assertClose(
                        "gradient of " + parameters.get(i), plan.array(names.get(i)), gradients.get(parameters.get(i)));
            }
        }
    }
}
