package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The batches of the project's own tokenizers, bit for bit as they were at commit a209d6d, before tokenizers had special ids of their own. */
class BatchBitsTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            protein, BOTH, 1755157292
            protein, START, 3912561013
            protein, PACKED, 1691454899
            character, BOTH, 4160275411
            character, START, 2198041271
            character, PACKED, 1129603219
            byte, BOTH, 4006753262
            byte, START, 3560116857
            byte, PACKED, 2017051298
            """)
    void twoEpochsOfTrainingAndTheEvaluation(String tokens, Framing framing, long expected, @TempDir Path dir)
            throws IOException {
        Path file = dir.resolve("p.fasta");
        if (tokens.equals("protein")) {
            Samples.fasta(file, Samples.proteins(5, 100, 301));
        } else {
            file = Files.writeString(
                    dir.resolve("t.txt"), Samples.protein(3, 9001).replace("V", "\u00e9 \ud834\udd1e"));
        }
        DataConfig config = DataConfig.defaults()
                .withTokens(tokens)
                .withFraming(framing)
                .withMaxTokens(151)
                .withTokensPerBatch(1511)
                .withShuffleWindow(37);
        Corpus corpus = Corpus.open(file, config, null);
        CRC32 crc = new CRC32();
        for (int epoch = 0; epoch < 3; epoch++) {
            for (TokenBatch batch : Samples.all(
                    corpus.batches(Samples.batching(framing), epoch < 2).open(17, epoch))) {
                for (int[] values : new int[][] {batch.ids(), batch.labels(), batch.left()}) {
                    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * values.length);
                    bytes.asIntBuffer().put(values);
                    crc.update(bytes);
                }
            }
        }
        double bits = corpus.counts(framing != Framing.BOTH).logOrder1(6, 7);
        crc.update(ByteBuffer.allocate(Double.BYTES).putDouble(0, bits));
        assertThat(crc.getValue()).isEqualTo(expected);
    }
}
