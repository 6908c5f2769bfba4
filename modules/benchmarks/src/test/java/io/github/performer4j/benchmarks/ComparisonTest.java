package io.github.performer4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final Case TRAIN = Cases.of(Work.TRAIN);

    @TempDir
    private Path folder;

    private Path inputs;
    private Path ours;
    private Path theirs;

    @BeforeEach
    void results() throws IOException {
        inputs = Files.createDirectory(folder.resolve("inputs"));
        ours = Files.createDirectory(folder.resolve("ours"));
        theirs = Files.createDirectory(folder.resolve("theirs"));
        Inputs.write(TRAIN, inputs);
        for (Outputs.Output output : Outputs.of(TRAIN)) {
            for (Path results : new Path[] {ours, theirs}) {
                write(results, output, 0, 0);
            }
        }
    }

    /** Values −1 … 1, or the parameter before with 0.01 added; {@code change} is added to one value. */
    private void write(Path results, Outputs.Output output, long index, double change) throws IOException {
        float[] before = new float[(int) output.length()];
        if (output.before() != null) {
            TensorFiles.read(TensorFiles.file(inputs, output.before()), before.length, (offset, values, n) -> {
                System.arraycopy(values, 0, before, (int) offset, n);
            });
        }
        TensorFiles.write(TensorFiles.file(results, output.name()), before.length, (offset, values, n) -> {
            for (int i = 0; i < n; i++) {
                long at = offset + i;
                double value = output.before() != null
                        ? before[(int) at] + 0.01
                        : -1 + 2.0 * at / Math.max(1, before.length - 1);
                values[i] = (float) (value + (at == index ? change : 0));
            }
        });
    }

    private String afterChange(String name, double change) throws IOException {
        Outputs.Output output = Outputs.of(TRAIN).stream()
                .filter(o -> o.name().equals(name))
                .findFirst()
                .orElseThrow();
        write(theirs, output, output.length() / 2, change);
        return Comparison.difference(TRAIN, inputs, ours, theirs, false);
    }

    @Test
    void equalResultsAreEqual() throws IOException {
        assertThat(Comparison.difference(TRAIN, inputs, ours, theirs, false)).isNull();
    }

    @Test
    void oneValueOfAGradientCounts() throws IOException {
        assertThat(afterChange("gradient.block-1_W1", 0.9e-4)).isNull();
        assertThat(afterChange("gradient.block-1_W1", 1.1e-4))
                .isEqualTo("gradient.block-1_W1 differs by 0.00011 of its largest value");
        assertThat(afterChange("gradient.block-1_W1", Double.NaN)).startsWith("gradient.block-1_W1 differs by NaN");
    }

    /** One value whose sign is the gradient's rounding may move; a decay that is forgotten changes all. */
    @Test
    void updatesCountByTheirMean() throws IOException {
        assertThat(afterChange("updated.block-1_W1", 1e-3)).as("238 values").isNull();
        assertThat(afterChange("updated.block-1_W1", 0.01 * 238 * 1.2e-3))
                .isEqualTo("updated.block-1_W1 differs by 0.0012 of its mean magnitude");
    }

    @Test
    void theWorstIsNamed() throws IOException {
        afterChange("output", 3e-4);
        assertThat(afterChange("gradient.head_b", 2e-4)).startsWith("output differs by 0.00030");
    }

    /** Softmax does not change when all scores of a row do: what stands there is rounding, measured by the queries' bias. */
    @Test
    void exactAttentionHasNoGradientToTheBiasOfItsKeys() {
        Case exact = TRAIN.with(7, AttentionKind.EXACT, false);
        assertThat(Outputs.of(exact))
                .filteredOn(o -> o.name().endsWith("_bk"))
                .extracting(Outputs.Output::scale)
                .containsExactly("gradient.block-0_bq", "gradient.block-1_bq", "gradient.block-2_bq");
        assertThat(Outputs.of(TRAIN))
                .filteredOn(o -> o.name().endsWith("_bk"))
                .allMatch(o -> o.scale().equals(o.name()))
                .hasSize(6);
    }

    @Test
    void aFileOfAnotherLengthIsAnError() throws IOException {
        Path file = TensorFiles.file(theirs, "output");
        Files.write(file, new byte[8]);
        assertThatThrownBy(() -> Comparison.difference(TRAIN, inputs, ours, theirs, false))
                .isInstanceOf(EOFException.class)
                .hasMessage("a tensor's file must have its length; file=output.f32, bytes=8, expected=1144");
    }
}
