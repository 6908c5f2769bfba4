package io.github.performer4j.examples;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.SameDiffAttention;
import java.io.File;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.weightinit.impl.XavierInitScheme;

/** FAVOR+ attention in a plain SameDiff graph: built by one call, trained, saved, and loaded without performer4j. */
public final class AttentionInSameDiff {
    private static final int BATCH = 8;
    private static final int HEADS = 2;
    private static final int SIZE = 8;

    private AttentionInSameDiff() {}

    /** Builds {@code x + attend(x Wq, x Wk, x Wv) Wo} and its mean squared error, on sequences [B·T,E]. */
    static SameDiff graph(int tokens, long seed) {
        int width = HEADS * SIZE;
        SameDiff sd = SameDiff.create();
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, BATCH * tokens, width);
        SDVariable y = sd.placeHolder("y", DataType.FLOAT, BATCH * tokens, width);
        SDVariable[] heads = new SDVariable[3];
        for (int i = 0; i < heads.length; i++) {
            SDVariable w = sd.var(
                    "W" + "qkv".charAt(i), new XavierInitScheme('c', width, width), DataType.FLOAT, width, width);
            heads[i] = sd.permute(sd.mmul(x, w).reshape(BATCH, tokens, HEADS, SIZE), 0, 2, 1, 3);
        }
        SDVariable attended = SameDiffAttention.attend(
                "favor",
                heads[0],
                heads[1],
                heads[2],
                null,
                new long[] {BATCH, HEADS, tokens, SIZE},
                AttentionOptions.defaults().withHeads(HEADS).withFeatures(64),
                seed);
        SDVariable merged = sd.permute(attended, 0, 2, 1, 3).reshape(BATCH * tokens, width);
        SDVariable wo = sd.var("Wo", new XavierInitScheme('c', width, width), DataType.FLOAT, width, width);
        SDVariable out = x.add("out", sd.mmul(merged, wo));
        sd.mean("loss", out.sub(y).mul(out.sub(y))).markAsLoss();
        return sd;
    }

    /** Draws sequences and what is to be computed from them: each row plus the mean of its sequence's rows. */
    static DataSet draw(int tokens, long seed) {
        int width = HEADS * SIZE;
        Nd4j.getRandom().setSeed(seed);
        INDArray x = Nd4j.randn(DataType.FLOAT, BATCH, tokens, width).add(Nd4j.randn(DataType.FLOAT, BATCH, 1, width));
        INDArray y = x.add(x.mean(true, 1));
        return new DataSet(x.reshape(BATCH * tokens, width), y.reshape(BATCH * tokens, width));
    }

    /**
     * Trains, saves and loads.
     *
     * @param file where the graph is saved
     * @return mean squared error on new sequences: before, after, and of the loaded graph
     */
    static double[] run(int tokens, int steps, File file) {
        SameDiff sd = graph(tokens, 13);
        sd.setTrainingConfig(new TrainingConfig.Builder()
                .updater(new Adam(1e-2))
                .dataSetFeatureMapping("x")
                .dataSetLabelMapping("y")
                .build());
        DataSet held = draw(tokens, 1_000);
        Map<String, INDArray> values = Map.of("x", held.getFeatures(), "y", held.getLabels());
        double before = sd.outputSingle(values, "loss").getDouble(0);
        for (int i = 0; i < steps; i++) {
            sd.fit(draw(tokens, i));
        }
        double after = sd.outputSingle(values, "loss").getDouble(0);
        sd.save(file, false);
        double loaded = SameDiff.load(file, false).outputSingle(values, "loss").getDouble(0);
        return new double[] {before, after, loaded};
    }
}
