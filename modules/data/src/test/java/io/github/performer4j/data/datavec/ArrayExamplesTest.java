package io.github.performer4j.data.datavec;

import static io.github.performer4j.data.datavec.Records.LABELLED;
import static io.github.performer4j.data.datavec.Records.fault;
import static io.github.performer4j.data.datavec.Records.records;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.example.Reading;
import io.github.performer4j.kernels.math.CounterRandom;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays in DataVec's records as symbols. */
class ArrayExamplesTest {
    @TempDir
    Path dir;

    /** examples → records → examples is the identity, images in colour and without shape included. */
    @Test
    void imagesComeBackFromRecords() throws Exception {
        int[][] pixels = {new int[2 * 3 * 3], new int[2 * 3 * 3]};
        CounterRandom draws = CounterRandom.of(1, 7);
        Path folder = dir.resolve("images");
        for (int i = 0; i < 2; i++) {
            BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
            for (int j = 0; j < 6; j++) {
                int[] rgb = {draws.nextInt(256), draws.nextInt(256), draws.nextInt(256)};
                image.getRaster().setPixel(j % 3, j / 3, rgb);
                System.arraycopy(rgb, 0, pixels[i], 3 * j, 3);
            }
            Files.createDirectories(folder.resolve("class" + i));
            ImageIO.write(image, "png", folder.resolve("class" + i + "/a.png").toFile());
        }
        ExampleRecordReader records = new ExampleRecordReader("images-folder", ExampleColumns.defaults());
        records.initialize(new CollectionInputSplit(new URI[] {folder.toUri()}));
        try (ExampleReader reader =
                RecordExamples.of("data", records, List.of("id", "text", "y"), LABELLED.withId("id"))) {
            List<Example> read = Reading.all(reader);
            assertThat(reader.shape()).isEqualTo(new ImageShape(2, 3, 3));
            for (int i = 0; i < 2; i++) {
                assertThat(read.get(i).symbols()).isEqualTo(pixels[i]);
                assertThat(read.get(i).labels()).containsExactly("class" + i);
                assertThat(read.get(i).id()).isEqualTo("class" + i + "/a.png");
            }
        }
    }

    @Test
    void arraysAreSymbols() throws IOException {
        try (ExampleReader reader = arrays(Nd4j.createFromArray(new float[][] {{5, 0, 9}}))) {
            assertThat(reader.next().symbols()).containsExactly(5, 0, 9);
            assertThat(reader.shape()).isNull();
        }
        fault(
                () -> arrays(Nd4j.createFromArray(new float[] {1, 0.5f})).next(),
                "data:1: symbols must be whole numbers from 0; column=text, place=1, found=0.5");
        fault(
                () -> arrays(Nd4j.zeros(DataType.FLOAT, 2, 1, 2, 2)).next(),
                "data:1: an image must be [1,C,H,W] or [C,H,W]; found [2, 1, 2, 2]");
        fault(
                () -> Reading.all(arrays(Nd4j.zeros(DataType.FLOAT, 1, 2, 2), Nd4j.zeros(DataType.FLOAT, 1, 2, 3))),
                "data:2: all images must have one shape; first=2×2×1, found=2×3×1");
    }

    private static ExampleReader arrays(INDArray... arrays) throws IOException {
        List<List<Writable>> records = new ArrayList<>();
        for (INDArray array : arrays) {
            records.add(List.of(new NDArrayWritable(array)));
        }
        return RecordExamples.of("data", records(records), List.of("text"), ExampleColumns.defaults());
    }
}
