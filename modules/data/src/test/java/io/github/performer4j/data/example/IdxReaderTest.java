package io.github.performer4j.data.example;

import static io.github.performer4j.data.example.Reading.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.math.CounterRandom;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxReaderTest {
    private static final ExampleColumns COLUMNS = ExampleColumns.defaults();

    @TempDir
    Path dir;

    /** Writes an idx file of the given sizes, its bytes those of a seed; returns them. */
    private byte[] write(String name, long seed, int... sizes) throws IOException {
        int length = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
        byte[] bytes = new byte[length];
        CounterRandom draws = CounterRandom.of(seed, 1);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) draws.nextInt(256);
        }
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(name.endsWith(".gz") ? new GZIPOutputStream(raw) : raw)) {
            out.writeInt(0x0800 + sizes.length);
            for (int size : sizes) {
                out.writeInt(size);
            }
            out.write(bytes);
        }
        Files.write(dir.resolve(name), raw.toByteArray());
        return bytes;
    }

    private void holds(Path file, ExampleColumns columns, byte[] images, byte[] labels) throws IOException {
        Reading.Read read = Reading.read("images-idx", file, columns);
        assertThat(read.examples()).hasSize(11);
        assertThat(read.shape()).isEqualTo(new ImageShape(3, 5, 1));
        for (int i = 0; i < 11; i++) {
            Example example = read.examples().get(i);
            int[] expected = new int[15];
            for (int j = 0; j < 15; j++) {
                expected[j] = images[15 * i + j] & 0xFF;
            }
            assertThat(example.symbols()).isEqualTo(expected);
            assertThat(example.labels()).containsExactly(Integer.toString(labels[i] & 0xFF));
            assertThat(example.id()).isEqualTo("row-" + (i + 1));
            assertThat(example.line()).isEqualTo(i + 1);
        }
        assertThat(read.notes()).isEmpty();
    }

    @Test
    void labelsAreBesideImages() throws IOException {
        byte[] labels = write("train-labels-idx1-ubyte.gz", 2, 11);
        holds(
                dir.resolve("train-images-idx3-ubyte.gz"),
                COLUMNS,
                write("train-images-idx3-ubyte.gz", 1, 11, 3, 5),
                labels);
        holds(
                dir.resolve("train-images-idx3-ubyte"),
                COLUMNS.withLabels("digit"),
                write("train-images-idx3-ubyte", 3, 11, 3, 5),
                labels);
        byte[] dotted = write("t10k-labels.idx1-ubyte", 5, 11);
        holds(dir.resolve("t10k-images.idx3-ubyte"), COLUMNS, write("t10k-images.idx3-ubyte", 4, 11, 3, 5), dotted);
        holds(
                dir.resolve("pictures"),
                COLUMNS.withLabelFile(dir.resolve("t10k-labels.idx1-ubyte")),
                write("pictures", 4, 11, 3, 5),
                dotted);
    }

    @Test
    void greyMayBecomeColour() throws IOException {
        byte[] images = write("a-images-idx3-ubyte", 1, 2, 1, 2);
        Reading.Read read = Reading.read(
                "images-idx",
                dir.resolve("a-images-idx3-ubyte"),
                COLUMNS.withOptions(ReadingOptions.defaults().withChannels(3).withUnlabelled("none")));
        assertThat(read.shape()).isEqualTo(new ImageShape(1, 2, 3));
        int a = images[2] & 0xFF;
        int b = images[3] & 0xFF;
        assertThat(read.examples().get(1).symbols()).containsExactly(a, a, a, b, b, b);
        assertThat(read.examples().get(1).labels()).isEmpty();
        assertThat(read.notes()).containsExactly("images without a file of labels");
    }

    @Test
    void faultsNameTheFile() throws IOException {
        Path images = dir.resolve("x-images-idx3-ubyte");
        write("x-images-idx3-ubyte", 1, 4, 3, 5);
        refuses(
                "images-idx",
                images,
                COLUMNS,
                images.getFileName()
                        + ": images must have a file of labels (labelFile, or beside it by the name"
                        + " *labels-idx1-ubyte), or"
                        + " unlabelled=none; found none");
        write("x-labels-idx1-ubyte", 1, 5);
        refuses(
                "images-idx",
                images,
                COLUMNS,
                "x-images-idx3-ubyte: images and labels must be as many; images=4, labels=5,"
                        + " labelFile=x-labels-idx1-ubyte");
        write("x-labels-idx1-ubyte", 1, 4, 1);
        refuses(
                "images-idx",
                images,
                COLUMNS,
                "x-labels-idx1-ubyte: an idx1 file of bytes must begin with 0x00000801; found 0x00000802");
        write("x-labels-idx1-ubyte", 1, 4);
        refuses(
                "images-idx",
                images,
                COLUMNS.withOptions(ReadingOptions.defaults().withSize(5, 3)),
                "x-images-idx3-ubyte: images must have the size that is named; height×width=5×3, found=3×5");
        byte[] whole = Files.readAllBytes(images);
        cut(images, whole, 2, "expected its magic number, found its end");
        cut(images, whole, 14, "expected its sizes, found its end");
        cut(images, whole, whole.length - 1, "expected 4 items, found 3");
        Files.write(images, Arrays.copyOf(whole, whole.length + 1));
        refuses("images-idx", images, COLUMNS, "x-images-idx3-ubyte: the idx file must end behind its items; items=4");
        Files.write(images, whole);
        Path labels = dir.resolve("x-labels-idx1-ubyte");
        Files.write(labels, Arrays.copyOf(Files.readAllBytes(labels), 8 + 4 + 2));
        refuses("images-idx", images, COLUMNS, "x-labels-idx1-ubyte: the idx file must end behind its items; items=4");
        write("x-images-idx3-ubyte", 1, 4, 0, 5);
        refuses(
                "images-idx",
                images,
                COLUMNS,
                "x-images-idx3-ubyte: an image must have rows, columns and 1 or 3 channels; height=0, width=5,"
                        + " channels=1");
    }

    private void cut(Path file, byte[] whole, int length, String what) throws IOException {
        Files.write(file, Arrays.copyOf(whole, length));
        refuses("images-idx", file, COLUMNS, file.getFileName() + ": the idx file is truncated; " + what);
    }

    /** join(cut(x)) = x for every shape; and the first patch, written out. */
    @Test
    void patchesComeBack() {
        for (List<Integer> s :
                List.of(List.of(6, 10, 1, 2), List.of(15, 9, 3, 3), List.of(7, 7, 3, 7), List.of(2, 3, 1, 1))) {
            ImageShape shape = new ImageShape(s.get(0), s.get(1), s.get(2));
            int size = s.get(3);
            CounterRandom draws = CounterRandom.of(9, size);
            int[] symbols = new int[shape.symbols()];
            Arrays.setAll(symbols, i -> draws.nextInt(256));
            float[][] rows = Patches.cut(symbols, shape, size);
            assertThat(rows).hasDimensions(shape.symbols() / (size * size * s.get(2)), size * size * s.get(2));
            assertThat(Patches.join(rows, shape, size)).isEqualTo(symbols);
        }
        int[] image = {0, 51, 102, 153, 204, 255, 5, 10};
        assertThat(Patches.cut(image, new ImageShape(2, 4, 1), 2)).isDeepEqualTo(new float[][] {
            {0, 0.2f, 0.8f, 1}, {0.4f, 0.6f, 5 / 255f, 10 / 255f},
        });
        assertThat(Patches.join(new float[][] {{-1}, {2}}, new ImageShape(1, 2, 1), 1))
                .containsExactly(0, 255);
        assertThatThrownBy(() -> Patches.cut(image, new ImageShape(2, 4, 1), 3))
                .hasMessage("the side of a patch must divide height and width; size=3, shape=2×4×1");
        assertThatThrownBy(() -> Patches.cut(image, new ImageShape(4, 4, 1), 2))
                .hasMessage("an image must have as many symbols as its shape; shape=4×4×1, symbols=8");
        assertThatThrownBy(() -> Patches.cut(new int[] {256}, new ImageShape(1, 1, 1), 1))
                .hasMessage("a symbol must be 0 to 255; place=0, symbol=256");
        assertThatThrownBy(() -> Patches.join(new float[2][4], new ImageShape(2, 2, 1), 2))
                .hasMessage("patches must be as many as the image has; shape=2×2×1, size=2, patches=2");
        assertThatThrownBy(() -> Patches.join(new float[1][3], new ImageShape(2, 2, 1), 2))
                .hasMessage("a patch must have 4 values; shape=2×2×1, values=3");
    }
}
