package io.github.performer4j.checkpoint.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.performer4j.core.feature.FeatureFunction;
import java.util.List;
import java.util.Map;
import onnx.Onnx;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes of a function, run by ONNX Runtime, give what the function's plain definition gives. */
class OnnxFunctionsTest {
    private static final float[] POINTS = {-40, -7.5f, -1, -0.3f, -1e-3f, 0, 1e-3f, 0.4f, 1, 2.5f, 9, 35};

    private static float[] run(OnnxNodes g, String result, Map<String, ?> inputs) throws OrtException {
        g.add("Identity", List.of(), List.of(result), List.of("out"));
        g.graph().addOutput(OnnxNodes.value("out", Onnx.TensorProto.DataType.FLOAT, "n"));
        Onnx.ModelProto model = Onnx.ModelProto.newBuilder()
                .setIrVersion(8)
                .setGraph(g.graph())
                .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setVersion(OnnxNodes.OPSET))
                .build();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map.Entry<String, ?> only = inputs.entrySet().iterator().next();
        try (OrtSession session = environment.createSession(model.toByteArray());
                OnnxTensor x = OnnxTensor.createTensor(environment, only.getValue());
                OrtSession.Result found = session.run(Map.of(only.getKey(), x))) {
            return (float[]) found.get(0).getValue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void functionsOfFeatures(FeatureFunction f) throws OrtException {
        OnnxNodes g = new OnnxNodes("f");
        g.graph().addInput(OnnxNodes.value("z", Onnx.TensorProto.DataType.FLOAT, "n"));
        float[] found = run(g, OnnxFunctions.of(g, f, "z"), Map.of("z", POINTS));
        for (int i = 0; i < POINTS.length; i++) {
            double expected = f.apply(POINTS[i]);
            double allowed = 3e-6 * Math.max(1, Math.abs(expected));
            assertThat((double) found[i]).as("f(%s)", POINTS[i]).isCloseTo(expected, within(allowed));
        }
    }

    /** Angles at places far beyond what float32 turns exactly. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 999, 1_000_000_007L})
    void sinusoidalPlaces(long place) throws OrtException {
        OnnxNodes g = new OnnxNodes("p");
        g.graph().addInput(OnnxNodes.value("t", Onnx.TensorProto.DataType.INT64, "n"));
        String table = g.node("Reshape", OnnxAngles.sinusoidal(g, "t", 6), g.ints(-1));
        float[] found = run(g, table, Map.of("t", new long[] {place}));
        for (int i = 0; i < found.length; i++) {
            double angle = place / Math.pow(10_000, (i - i % 2) / 6.0);
            double expected = i % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
            assertThat((double) found[i]).isCloseTo(expected, within(1e-5));
        }
    }
}
