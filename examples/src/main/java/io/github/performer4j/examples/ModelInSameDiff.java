package io.github.performer4j.examples;

import io.github.performer4j.checkpoint.Filled;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.export.SameDiffInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained model as a SameDiff file, which an application runs with ND4J alone; {@link AttentionInSameDiff} puts attention
 * into a graph of a program's own. {@code performer export --format samediff} writes the same file.
 */
public final class ModelInSameDiff {
    /** Human ubiquitin with one residue hidden. */
    static final String HIDDEN = "MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQ_EDGRTLSDYNIQKESTLHLVLRLRGG";

    private ModelInSameDiff() {}

    /**
     * What the two say of the hidden residue.
     *
     * @param residue the model's best guess
     * @param model its probability by performer4j
     * @param file its probability by the SameDiff file
     */
    public record Result(String residue, double model, double file) {}

    /**
     * Saves the graph and asks both for the hidden residue.
     *
     * @param zip a masked language model of proteins that sees them whole
     * @param file the SameDiff file to write
     */
    public static Result run(Path zip, Path file) throws IOException {
        PerformerModel model = ModelFile.load(zip);
        int tokens = model.info().window();
        model.saveSameDiff(file, new SameDiffInput(1, tokens, true));

        Filled filled = model.fill(HIDDEN).get(0);
        String residue = filled.guesses().get(0).token();
        int[] ids = model.info()
                .data()
                .framing() // what stands around a sequence, as in training
                .frame(model.info().tokenizer(), model.readMasked(HIDDEN).ids());
        int place = 0;
        while (ids[place] != model.info().tokenizer().mask()) {
            place++;
        }
        int id = model.info().tokenizer().encode(residue)[0];
        return new Result(residue, filled.guesses().get(0).probability(), probability(file, tokens, ids, place, id));
    }

    /** Runs the file; nothing here is performer4j's. */
    private static double probability(Path file, int tokens, int[] ids, int place, int id) {
        INDArray padded = Nd4j.zeros(DataType.INT32, 1, tokens); // [B,T]
        INDArray mask = Nd4j.zeros(DataType.FLOAT, 1, tokens);
        for (int t = 0; t < ids.length; t++) {
            padded.putScalar(0, t, ids[t]);
            mask.putScalar(0, t, 1);
        }
        SameDiff graph = SameDiff.load(file.toFile(), false);
        INDArray probabilities = graph.outputSingle(Map.of("ids", padded, "mask", mask), "head"); // [B,T,V]
        return probabilities.getDouble(0, place, id);
    }

    /** Arguments: the model, {@code protein-model.zip} by default, and the file to write, {@code protein-model.fb}. */
    public static void main(String[] args) throws IOException {
        Result result = run(
                Path.of(args.length > 0 ? args[0] : "protein-model.zip"),
                Path.of(args.length > 1 ? args[1] : "protein-model.fb"));
        System.out.printf(
                Locale.ROOT,
                "hidden residue %s: %.6f by the model, %.6f by SameDiff%n",
                result.residue(),
                result.model(),
                result.file());
    }
}
