package io.github.performer4j.examples;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Loads a saved model and turns proteins into vectors. An application needs {@code performer4j-checkpoint} for this (and an ND4J
 * backend at run time), not the trainer.
 */
public final class EmbedProtein {
    /** Human insulin, the precursor (UniProt P01308). */
    static final String INSULIN =
            "MALWMRLLPLLALLALWGPDPAAAFVNQHLCGSHLVEALYLVCGERGFFYTPKTRREAEDLQVGQVELGGGPGAGSLQPLALEGSLQ"
                    + "KRGIVEQCCTSICSLYQLENYCN";

    /** Human ubiquitin (76 residues). */
    static final String UBIQUITIN = "MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG";

    private EmbedProtein() {}

    /**
     * Two proteins as vectors.
     *
     * @param first mean of the final hidden states over the first protein's residues, [E]
     * @param second the same of the second, [E]
     * @param cosine their cosine similarity, in [−1, 1]
     */
    public record Result(float[] first, float[] second, double cosine) {}

    /**
     * Embeds two proteins.
     *
     * @param zip a saved model
     * @param first residues in one-letter code, of any length
     * @param second residues in one-letter code
     */
    public static Result embed(Path zip, String first, String second) throws IOException {
        PerformerModel model = ModelFile.load(zip);
        float[] a = model.embed(first);
        float[] b = model.embed(second);
        return new Result(a, b, dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** Compares insulin with ubiquitin; argument: the model, {@code models/protein-small/model.zip} by default. */
    public static void main(String[] args) throws IOException {
        Result result =
                embed(Path.of(args.length > 0 ? args[0] : "models/protein-small/model.zip"), INSULIN, UBIQUITIN);
        System.out.printf(
                Locale.ROOT,
                "insulin starts %.3f %.3f %.3f of %d values; cosine similarity with ubiquitin %.4f%n",
                result.first()[0],
                result.first()[1],
                result.first()[2],
                result.first().length,
                result.cosine());
    }
}
