package io.github.performer4j.data.example;

import static io.github.performer4j.data.example.Reading.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.kernels.math.CounterRandom;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderReaderTest {
    private static final ExampleColumns COLUMNS = ExampleColumns.defaults();

    @TempDir
    Path dir;

    private static ExampleColumns with(ReadingOptions options) {
        return COLUMNS.withOptions(options);
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        Arrays.setAll(values, i -> array.get(i).asInt());
        return values;
    }

    /** src/test/resources/example/png_golden.py made the files from the pixels. */
    @Test
    void everyKindOfPngHasItsPixels() throws IOException {
        JsonNode golden;
        try (InputStream in = getClass().getResourceAsStream("/example/png-golden.json")) {
            golden = new ObjectMapper().readTree(in);
        }
        Path folder = Files.createDirectories(dir.resolve("one"));
        for (JsonNode one : golden.get("cases")) {
            String name = one.get("name").asText();
            Files.write(
                    folder.resolve("a.png"),
                    Base64.getDecoder().decode(one.get("png").asText()));
            Reading.Read colour = Reading.read(
                    "images-folder", folder, with(ReadingOptions.defaults().withChannels(3)));
            assertThat(colour.examples().get(0).symbols()).as(name).isEqualTo(ints(one.get("colour")));
            assertThat(colour.shape()).isEqualTo(new ImageShape(5, 7, 3));
            Reading.Read grey = Reading.read(
                    "images-folder", folder, with(ReadingOptions.defaults().withChannels(1)));
            assertThat(grey.examples().get(0).symbols()).as(name).isEqualTo(ints(one.get("grey")));
            assertThat(Reading.read("images-folder", folder, COLUMNS).shape().channels())
                    .as(name)
                    .isEqualTo(one.get("channels").asInt());
        }
        assertThat(golden.get("cases")).hasSize(15);
    }

    private Path image(String name, String format, int type, int height, int width, long seed) throws IOException {
        BufferedImage image = new BufferedImage(width, height, type);
        CounterRandom draws = CounterRandom.of(seed, 2);
        int[] pixel = new int[image.getRaster().getNumBands()];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                Arrays.setAll(pixel, i -> format.equals("png") ? draws.nextInt(256) : 40 + 60 * i);
                image.getRaster().setPixel(x, y, pixel);
            }
        }
        Path file = dir.resolve("data").resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, format, file.toFile());
        return file;
    }

    @Test
    void theFolderIsTheLabel() throws IOException {
        image("dog/b.png", "png", BufferedImage.TYPE_BYTE_GRAY, 3, 4, 1);
        image("cat/a.jpg", "jpg", BufferedImage.TYPE_BYTE_GRAY, 3, 4, 2);
        Files.writeString(dir.resolve("data/dog/x.gif"), "no");
        Reading.Read read = Reading.read("images-folder", dir.resolve("data"), COLUMNS.withLabels("animal"));
        assertThat(read.examples())
                .extracting(Example::id, Example::labels)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("cat/a.jpg", List.of("cat")),
                        org.assertj.core.groups.Tuple.tuple("dog/b.png", List.of("dog")));
        assertThat(read.examples().get(0).symbols()).hasSize(12).containsOnly(40);
        assertThat(read.examples().get(0).texts()).isEmpty();
        assertThat(read.notes()).containsExactly("left out 1 of 3: dog/x.gif");
        assertThat(read.shape()).isEqualTo(new ImageShape(3, 4, 1));
    }

    /** One colour all over survives JPEG's transform to within its rounding. */
    @Test
    void coloursOfJpegAreRedGreenBlue() throws IOException {
        image("a.jpeg", "jpg", BufferedImage.TYPE_3BYTE_BGR, 16, 16, 3);
        Example example = Reading.read("images-folder", dir.resolve("data"), COLUMNS)
                .examples()
                .get(0);
        assertThat(example.labels()).isEmpty();
        for (int i = 0; i < example.symbols().length; i++) {
            assertThat(example.symbols()[i]).isBetween(40 + 60 * (i % 3) - 2, 40 + 60 * (i % 3) + 2);
        }
    }

    @Test
    void sizesAndChannelsMustAgree() throws IOException {
        image("a.png", "png", BufferedImage.TYPE_BYTE_GRAY, 3, 4, 1);
        image("b.png", "png", BufferedImage.TYPE_BYTE_GRAY, 4, 3, 1);
        Path folder = dir.resolve("data");
        refuses(
                "images-folder",
                folder,
                COLUMNS,
                "data/b.png: all images must have one size; first=a.png 3×4, found=4×3");
        refuses(
                "images-folder",
                folder,
                with(ReadingOptions.defaults().withSize(4, 3)),
                "data/a.png: images must have the size that is named; height×width=4×3, found=3×4");
        image("b.png", "png", BufferedImage.TYPE_INT_RGB, 3, 4, 1);
        refuses(
                "images-folder",
                folder,
                COLUMNS,
                "data/b.png: all images must be grey or all in colour, or channels be given; first=a.png,"
                        + " channels=1, found=3");
        assertThat(Reading.read(
                                "images-folder",
                                folder,
                                with(ReadingOptions.defaults().withChannels(3)))
                        .examples())
                .hasSize(2);
    }

    @Test
    void damagedFilesAreRefused() throws IOException {
        Path png = image("a.png", "png", BufferedImage.TYPE_INT_RGB, 60, 80, 1);
        cutIsRefused(png);
        Files.delete(png);
        Path jpg = image("a.jpg", "jpg", BufferedImage.TYPE_3BYTE_BGR, 300, 400, 1);
        cutIsRefused(jpg);
        refuses(
                "images-folder",
                dir.resolve("data"),
                COLUMNS,
                "data/a.jpg: an image must be a whole PNG or JPEG file; found its end too early");
        Files.writeString(jpg, "no image");
        refuses(
                "images-folder",
                dir.resolve("data"),
                COLUMNS,
                "data/a.jpg: an image must be PNG or JPEG; found neither");
        Files.delete(jpg);
        Files.write(dir.resolve("data/a.png"), new byte[] {'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, 0, 0, 0});
        refuses("images-folder", dir.resolve("data"), COLUMNS, "data/a.png: an image must be PNG or JPEG; found gif");
    }

    private void cutIsRefused(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {20, whole.length / 2, whole.length * 3 / 4}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Reading.read("images-folder", dir.resolve("data"), COLUMNS))
                    .as("%s cut to %d of %d bytes", file.getFileName(), length, whole.length)
                    .isInstanceOf(DataFileException.class)
                    .hasMessageStartingWith(file + ": an image must be a whole PNG or JPEG file; found ")
                    .hasMessageNotContaining("\n");
        }
    }
}
