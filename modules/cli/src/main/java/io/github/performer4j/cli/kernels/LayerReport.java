package io.github.performer4j.cli.kernels;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.options.UnknownOption;
import io.github.performer4j.studies.KernelRow;
import io.github.performer4j.studies.KernelStudy;
import io.github.performer4j.studies.Recommendation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** What {@code performer kernels --model} says of a model block by block, for other commands: each map's error, and the blocks that can be linear. */
public final class LayerReport {
    /** Pairs of a query and a key for each head, where nobody asked. */
    static final int PAIRS = 32;

    private LayerReport() {}

    /**
     * Measures and writes; without times of layers.
     *
     * @param data what the model reads, of which one window is looked at
     * @param out hears the tables and the advice
     * @param err hears of the data and of the progress
     * @return the advice as JSON
     * @throws IOException if the data cannot be read
     */
    public static ObjectNode of(PerformerModel model, Path data, long seed, PrintWriter out, PrintWriter err)
            throws IOException {
        KernelsModel rows = KernelsModel.read(model, data, new UnknownOption(), PAIRS, seed, err);
        KernelStudy study = rows.study(KernelsOptions.untimed(), seed, err);
        KernelsCommand.heading(study, rows, err);
        List<KernelRow> measured = study.run(new KernelsProgress(err, System.nanoTime()));
        new KernelsTables(measured).print(out);
        return advise(rows, measured, new AdviceOptions(), out);
    }

    /** Writes the map to take and what follows block by block; returns both as JSON. */
    static ObjectNode advise(KernelsModel rows, List<KernelRow> measured, AdviceOptions options, PrintWriter out) {
        Recommendation best = rows.recommendation(measured);
        out.println();
        rows.print(best, out);
        ObjectNode json = rows.json(best);
        LayerAdvice layers = rows.advice(measured, best, options.error(), options.most());
        if (layers != null) {
            out.println();
            BlockOptions blocks = rows.options(best);
            layers.print(blocks, out);
            layers.json(blocks, json);
        }
        return json;
    }
}
