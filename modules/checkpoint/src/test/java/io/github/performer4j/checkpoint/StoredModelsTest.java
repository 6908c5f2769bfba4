package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models of format 2 as they were stored: they load, answer as they did, save and load again. */
class StoredModelsTest {
    @TempDir
    Path folder;

    static Stream<String> names() {
        return GoldenV2.models().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void storedModelsAnswerAsTheyDid(String name) throws IOException {
        Path file = folder.resolve("model.zip");
        try (InputStream in = GoldenV2.class.getResourceAsStream("/golden/model-format2-" + name + ".zip")) {
            Files.copy(in, file);
        }
        PerformerModel model = ModelFile.load(file);
        assertThat(model.info().formatVersion()).isEqualTo(2);
        String[] stored;
        try (ZipFile zip = new ZipFile(file.toFile());
                InputStream in = zip.getInputStream(zip.getEntry(GoldenV2.ANSWER))) {
            stored = new String(in.readAllBytes(), StandardCharsets.UTF_8).split(" ");
        }
        check(GoldenV2.answer(model), stored);
        Path again = folder.resolve("again.zip");
        ModelFile.save(again, model.net(), model.info(), true, Map.of());
        check(GoldenV2.answer(ModelFile.load(again)), stored);
        ComputationGraph plain = ComputationGraph.load(file.toFile(), true);
        assertThat(plain.params()).isEqualTo(model.net().params());
    }

    private static void check(float[] answer, String... stored) {
        assertThat(answer).hasSize(stored.length);
        double largest = 1e-3;
        for (String value : stored) {
            largest = Math.max(largest, Math.abs(Double.parseDouble(value)));
        }
        for (int i = 0; i < stored.length; i++) {
            assertThat((double) answer[i]).isCloseTo(Double.parseDouble(stored[i]), within(1e-5 * largest));
        }
    }
}
