package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.feature.FeatureMaps;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.MaskedLanguageModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.Adam;

/** Deeplearning4j's layers are {@code Serializable}, and its tools rely on it: Arbiter's candidates, Spark's closures. */
class JavaSerializationTest {
    static Stream<String> maps() {
        return FeatureMaps.names().stream();
    }

    @ParameterizedTest
    @MethodSource("maps")
    void aWholeModelGoesThroughJavasStreams(String map) throws Exception {
        PerformerConfig config = PerformerConfig.defaults()
                .withVocabulary(31)
                .with(Map.of(
                        "attention.featureMap",
                        map,
                        "attention.positions",
                        "rotary",
                        "reversible",
                        map.equals("relu")));
        ComputationGraphConfiguration graph = config.graph(new MaskedLanguageModel(), new Adam(1e-3), 0.01, 7);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(graph);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            ComputationGraphConfiguration again = (ComputationGraphConfiguration) in.readObject();
            assertThat(again.toJson()).isEqualTo(graph.toJson());
        }
    }
}
