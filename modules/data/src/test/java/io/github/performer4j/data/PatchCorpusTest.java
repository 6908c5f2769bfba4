package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.example.Patches;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.data.rows.Row;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images in patches: batches hold the floats of {@link Patches#cut}, in memory or from disk, whole or in windows. */
class PatchCorpusTest {
    private static final int SIDE = 2;
    private static final ImageShape SHAPE = new ImageShape(6, 8, 3);
    private static final int PATCHES = 12;
    private static final int VALUES = 12;
    private static final int IMAGES = 7;
    private static final DataConfig CONFIG = DataConfig.defaults()
            .withKind("images-folder")
            .withTokens("byte")
            .withMaxTokens(16)
            .withTokensPerBatch(48)
            .withPatch(SIDE);

    @TempDir
    Path dir;

    private final List<int[]> images = new ArrayList<>();

    /** Labels are the numbers of the folders a and b. */
    private record Whole() implements Batching {
        @Override
        public boolean predicts(Row row, Tokenizer tokenizer) {
            return row.label() != null;
        }

        @Override
        public Batch write(List<Row> rows, int size, int length, Draws draws) {
            int[] ids = new int[size];
            Arrays.setAll(ids, r -> r < rows.size() ? rows.get(r).label().ids()[0] : 0);
            return Batch.of(tokens(rows, size, length, draws), Column.ids(ids, null, 0, size, 1), rows.size());
        }
    }

    @BeforeEach
    void paint() throws IOException {
        for (int n = 0; n < IMAGES; n++) {
            CounterRandom draws = CounterRandom.of(5, n);
            int[] symbols = new int[SHAPE.symbols()];
            Arrays.setAll(symbols, i -> draws.nextInt(256));
            images.add(symbols);
            write(dir.resolve((n < 4 ? "a" : "b") + "/" + n + ".png"), SHAPE.height(), SHAPE.width(), symbols);
        }
    }

    private static void write(Path file, int height, int width, int... symbols) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int p = 0; p < height * width; p++) {
            int rgb = symbols[3 * p] << 16 | symbols[3 * p + 1] << 8 | symbols[3 * p + 2];
            image.setRGB(p % width, p / width, rgb);
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    private Corpus open(DataConfig config, long memory) throws IOException {
        return Corpus.open(dir, config, null, memory)
                .labelled((example, text) -> Label.ofIds(example.labels().get(0).equals("a") ? 0 : 1));
    }

    private static List<Batch> epoch(Corpus corpus, boolean shuffle) throws IOException {
        List<Batch> batches = new ArrayList<>();
        try (BatchStream stream = corpus.batches(new Whole(), shuffle).open(3, 1)) {
            stream.forEachRemaining(batches::add);
        }
        return batches;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1 << 20})
    void batchesHoldThePatchesInRasterOrder(long memory) throws IOException {
        Corpus corpus = open(CONFIG, memory);
        List<Batch> batches = epoch(corpus, false);
        assertThat(batches).hasSize(3);
        int image = 0;
        for (Batch batch : batches) {
            assertThat(batch.input().shape()).containsExactly(3, 16, VALUES);
            for (int r = 0; r < batch.weight(); r++, image++) {
                float[][] cut = Patches.cut(images.get(image), SHAPE, SIDE);
                assertThat(batch.label().ids()[r]).isEqualTo(image < 4 ? 0 : 1);
                for (int t = 0; t < 16; t++) {
                    int at = r * 16 + t;
                    assertThat(batch.input().mask()[at]).isEqualTo(t < PATCHES);
                    float[] row = Arrays.copyOfRange(batch.input().floats(), at * VALUES, (at + 1) * VALUES);
                    assertThat(row).isEqualTo(t < PATCHES ? cut[t] : new float[VALUES]);
                }
            }
        }
        assertThat(image).isEqualTo(IMAGES);
        assertThat(corpus.tokens()).isEqualTo(IMAGES * PATCHES);
        assertThat(batches.get(0).tokens()).isEqualTo(3 * PATCHES);
        assertThat(batches.get(0).longest()).isEqualTo(PATCHES);
        try (DocumentStream documents = corpus.stream()) {
            assertThat(documents.next().length()).isEqualTo(PATCHES);
        }
        assertThat(corpus.describe().tokens()).isEqualTo((long) IMAGES * SHAPE.symbols()); // of pixels
    }

    /** An epoch of training is the same from disk and from memory, and holds every image once. */
    @Test
    void trainingShufflesThem() throws IOException {
        List<Batch> fromDisk = epoch(open(CONFIG, 0), true);
        List<Batch> fromMemory = epoch(open(CONFIG, 1 << 20), true);
        assertThat(fromMemory.stream().map(Batch::inputs))
                .isEqualTo(fromDisk.stream().map(Batch::inputs).toList());
        assertThat(fromDisk.stream().mapToDouble(Batch::weight).sum()).isEqualTo(IMAGES);
        assertThat(fromDisk.get(0)).isNotEqualTo(epoch(open(CONFIG, 0), false).get(0));
        Column joined = Batch.join(fromDisk).input();
        assertThat(joined.shape()).containsExactly(9, 16, VALUES);
        assertThat(joined.real()).isEqualTo(IMAGES * PATCHES);
    }

    @Test
    void anImageOfMorePatchesThanARowComesInWindows() throws IOException {
        List<Batch> batches = epoch(open(CONFIG.withMaxTokens(8), 0), false);
        Batch first = batches.get(0); // 8 and 4 patches of the first image, and so on
        float[][] cut = Patches.cut(images.get(0), SHAPE, SIDE);
        assertThat(Arrays.copyOfRange(first.input().floats(), 8 * VALUES, 9 * VALUES))
                .isEqualTo(cut[8]);
        assertThat(first.input().mask()).startsWith(true, true).hasSize(48);
        assertThat(batches.stream().mapToInt(Batch::tokens).sum()).isEqualTo(IMAGES * PATCHES);
    }

    @Test
    void whatCannotBeCutIsRefused() throws IOException {
        assertThatThrownBy(() -> open(CONFIG.withPatch(4), 0).documents())
                .hasMessageContaining("the side of a patch must divide height and width; size=4, shape=6×8×3");
        assertThatThrownBy(() -> CONFIG.withFraming(Framing.START))
                .hasMessage(
                        "patches are cut from images, with tokens byte and framing both; patch=2, kind=images-folder,"
                                + " tokens=byte, framing=start");
        assertThatThrownBy(() -> CONFIG.withTokens("character")).hasMessageContaining("tokens=character");
        assertThatThrownBy(() -> CONFIG.withPatch(-1)).hasMessage("patch must not be negative; patch=-1");
        assertThatThrownBy(() -> DataConfig.defaults().withPatch(2))
                .hasMessageContaining("patches are cut from images");
        assertThatThrownBy(CONFIG::rowSize)
                .hasMessageContaining("the size of images must be known before they are cut; patch=2");
        assertThat(CONFIG.withImages(SHAPE).rowSize()).isEqualTo(VALUES);
        assertThat(open(CONFIG, 0).imageShape()).isEqualTo(SHAPE);
        write(dir.resolve("b/zz.png"), 4, 8, new int[96]);
        assertThatThrownBy(() -> open(CONFIG.withImages(SHAPE), 0).documents())
                .hasMessageContaining("zz.png")
                .hasMessageContaining("images must have the size that is named; height×width=6×8, found=4×8");
        Path table = Files.writeString(dir.resolve("t.csv"), "text,label\nab,x\n");
        assertThatThrownBy(
                        () -> Corpus.open(table, CONFIG.withKind("table"), null).documents())
                .hasMessageContaining("t.csv:2")
                .hasMessageContaining("patches are cut from images; data.patch=2");
    }
}
