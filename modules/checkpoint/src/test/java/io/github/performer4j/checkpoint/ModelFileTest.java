package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model comes back bit for bit, Deeplearning4j reads the file, and an old file still loads. */
class ModelFileTest {
    @TempDir
    Path folder;

    @Test
    void comesBackBitForBitAndTrainsOnAsTheOriginal() throws IOException {
        PerformerModel model = Samples.masked(7);
        int vocabulary = model.info().tokenizer().size();
        Samples.train(model.net(), vocabulary, 0);
        Samples.train(model.net(), vocabulary, 1);
        Path zip = folder.resolve("model.zip");
        ModelFile.save(zip, model.net(), model.info(), true, Map.of());

        PerformerModel restored = ModelFile.load(zip);

        assertThat(restored.info()).isEqualTo(model.info());
        assertThat(restored.net().params()).isEqualTo(model.net().params());
        assertThat(restored.net().getUpdater().getStateViewArray())
                .isEqualTo(model.net().getUpdater().getStateViewArray());
        assertThat(restored.net().getIterationCount()).isEqualTo(2);
        for (int step = 2; step < 5; step++) {
            Samples.train(model.net(), vocabulary, step);
            Samples.train(restored.net(), vocabulary, step);
        }
        assertThat(restored.net().params().toFloatVector())
                .isEqualTo(model.net().params().toFloatVector());
    }

    @Test
    void equalModelsAreEqualFiles() throws IOException {
        PerformerModel model = Samples.causal(11);
        Samples.train(model.net(), model.info().tokenizer().size(), 0);
        Path first = folder.resolve("first.zip");
        Path second = folder.resolve("second.zip");
        ModelFile.save(first, model.net(), model.info(), true, Map.of());
        PerformerModel restored = ModelFile.load(first);
        ModelFile.save(second, restored.net(), restored.info(), true, Map.of());
        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void deeplearning4jReadsTheFileAndWouldHaveWrittenTheSameEntries() throws IOException {
        PerformerModel model = Samples.masked(13);
        Samples.train(model.net(), model.info().tokenizer().size(), 0);
        Path zip = folder.resolve("model.zip");
        ModelFile.save(zip, model.net(), model.info(), true, Map.of());

        ComputationGraph plain = ComputationGraph.load(zip.toFile(), true);
        assertThat(plain.params().toFloatVector())
                .isEqualTo(model.net().params().toFloatVector());
        assertThat(plain.getUpdater().getStateViewArray())
                .isEqualTo(model.net().getUpdater().getStateViewArray());

        ByteArrayOutputStream theirs = new ByteArrayOutputStream();
        ModelSerializer.writeModel(model.net(), theirs, true);
        Map<String, byte[]> expected = entries(theirs.toByteArray());
        Map<String, byte[]> found = entries(Files.readAllBytes(zip));
        assertThat(found.keySet()).containsAll(expected.keySet()).contains(ModelFile.ENTRY);
        expected.forEach((name, bytes) -> assertThat(found.get(name)).as(name).isEqualTo(bytes));
    }

    @Test
    void withoutUpdaterStateTheFileIsSmallerAndLoads() throws IOException {
        PerformerModel model = Samples.masked(17);
        Path zip = folder.resolve("model.zip");
        ModelFile.save(zip, model.net(), model.info(), false, Map.of());
        try (ZipFile file = new ZipFile(zip.toFile())) {
            assertThat(file.getEntry(ModelSerializer.UPDATER_BIN)).isNull();
        }
        assertThat(ModelFile.load(zip).net().params()).isEqualTo(model.net().params());
    }

    @Test
    void furtherEntriesComeBackAndTakeNoReservedName() throws IOException {
        PerformerModel model = Samples.masked(19);
        Path zip = folder.resolve("model.zip");
        byte[] counters = "{\"step\":3}".getBytes(StandardCharsets.UTF_8);
        ModelFile.save(zip, model.net(), model.info(), false, Map.of("trainer.json", counters));
        assertThat(ModelFile.entry(zip, "trainer.json")).isEqualTo(counters);
        assertThat(ModelFile.entry(zip, "other.json")).isNull();
        assertThatThrownBy(() ->
                        ModelFile.save(zip, model.net(), model.info(), false, Map.of("coefficients.bin", counters)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("further entries must not take a reserved name; entry=coefficients.bin");
    }

    /** The file of format 1, as {@link GoldenV1} made it then, is refused with the way out, which works: its net loads, and computes what it did. */
    @Test
    void aFileOfFormat1IsRefusedAndItsNetLoads() throws IOException {
        Path golden = folder.resolve("golden.zip");
        try (InputStream in = ModelFileTest.class.getResourceAsStream(GoldenV1.RESOURCE)) {
            Files.copy(in, golden);
        }
        assertThatThrownBy(() -> ModelFile.load(golden))
                .isInstanceOf(IOException.class)
                .hasMessage("the model is of format 1, which no release wrote and this build does not read; file="
                        + golden + ", format=1, this build reads=2; train it again, or load its net alone by"
                        + " ComputationGraph.load");
        ComputationGraph net = ComputationGraph.load(golden.toFile(), true);
        assertThat(net.getIterationCount()).isEqualTo(GoldenV1.STEPS);
        assertThat(net.getLearningRate("block-0")).isEqualTo(0.01);
        PerformerModel model = new PerformerModel(net, Samples.masked(23).info());
        // One number written beside the file by the program that made it; 1e-5 allows for another processor's
        // arithmetic.
        String[] expected = new String(ModelFile.entry(golden, GoldenV1.EMBEDDING), StandardCharsets.UTF_8).split(" ");
        float[] found = model.embed(GoldenV1.SEQUENCE);
        assertThat(found).hasSize(expected.length);
        for (int e = 0; e < found.length; e++) {
            assertThat(found[e]).isCloseTo(Float.parseFloat(expected[e]), org.assertj.core.data.Offset.offset(1e-5f));
        }
    }

    private static Map<String, byte[]> entries(byte[] zip) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new java.io.ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        return entries;
    }
}
