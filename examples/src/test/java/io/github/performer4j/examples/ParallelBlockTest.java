package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class ParallelBlockTest {
    private static final int TOKENS = 12;
    private static final int CLASSES = 8;

    /** Names the symbol of two tokens ago: no token knows it by itself. */
    private static DataSet draw(long seed) {
        Nd4j.getRandom().setSeed(seed);
        INDArray symbols = Nd4j.rand(16, TOKENS).mul(CLASSES);
        INDArray x = Nd4j.zeros(16, TOKENS, 2 * CLASSES + 4);
        INDArray y = Nd4j.zeros(16, TOKENS, CLASSES);
        for (int b = 0; b < 16; b++) {
            for (int t = 0; t < TOKENS; t++) {
                x.putScalar(b, t, (int) symbols.getDouble(b, t), 1);
                x.putScalar(b, t, CLASSES + t / 2 % 2 * 2 + t % 2, 1); // the place, as four columns
                y.putScalar(b, t, (int) symbols.getDouble(b, Math.max(0, t - 2)), 1);
            }
        }
        return new DataSet(x, y);
    }

    @Test
    void trainsAndSurvivesTheZip(@TempDir Path folder) throws IOException {
        MultiLayerNetwork net = ParallelBlock.net(2 * CLASSES + 4, CLASSES, TOKENS, 1);
        DataSet held = draw(1_000);
        double before = net.score(held);
        for (int i = 0; i < 150; i++) {
            net.fit(draw(i));
        }
        assertThat(net.score(held)).isLessThan(0.7 * before);
        File file = folder.resolve("net.zip").toFile();
        net.save(file);
        assertThat(MultiLayerNetwork.load(file, true).output(held.getFeatures()))
                .isEqualTo(net.output(held.getFeatures()));
    }
}
