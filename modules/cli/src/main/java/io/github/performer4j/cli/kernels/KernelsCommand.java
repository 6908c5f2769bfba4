package io.github.performer4j.cli.kernels;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.ResultFile;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.options.UnknownOption;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.studies.KernelRow;
import io.github.performer4j.studies.KernelStudy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer kernels}: how well random features estimate the softmax kernel. */
@Command(
        name = "kernels",
        description = {
            "Measure how well random features estimate the softmax kernel exp(x·y), x = q/D^¼.",
            "On random rows of one norm, or on queries and keys of a trained model, for which a map is recommended, and block by block how many features it needs, or that it stays exact.",
            "JSON: rows of map, projection, head_size, features, draws, norm, angle, mse, mse_standard_error,",
            "closed_form_mse, bias, bias_standard_error, micros_per_token, relative_error; layer and head, and a recommendation with layers and options, for a model."
        })
public final class KernelsCommand extends Action {
    @Mixin
    private KernelsOptions options;

    @Option(
            names = "--model",
            paramLabel = "M",
            description =
                    "Take queries and keys from this model, a zip or the folder of a run or a model; needs --data.")
    private Path model;

    @Option(names = "--data", paramLabel = "D", description = "What the model reads: FASTA or text, plain or gzip.")
    private Path data;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            description = "Pairs of a query and a key for each head of a model (default: " + LayerReport.PAIRS + ").")
    private Integer pairs;

    @Mixin
    private AdviceOptions advice;

    @Mixin
    private UnknownOption unknown;

    @Option(names = "--png", paramLabel = "F.png", description = "Draw error against M and against angle (or head).")
    private Path png;

    @Option(names = "--out", paramLabel = "DIR", description = "Write kernels.png and kernels.json to this folder.")
    private Path out;

    @Override
    protected ObjectNode run() throws IOException {
        if ((model == null) != (data == null)) {
            throw new IllegalArgumentException(
                    "a model and its data go together; --model=" + model + ", --data=" + data);
        }
        if (model == null && (pairs != null || unknown.given() || advice.given())) {
            throw new IllegalArgumentException(
                    "pairs, unknown letters and advice are those of a model; leave out --pairs, --on-unknown, --error and --most-features, or give --model");
        }
        advice.check();
        if (png != null) {
            requireResult("--png", png);
        }
        if (out != null) {
            ResultFile.checkFolder(out);
        }
        KernelsModel rows = null;
        if (model != null) {
            options.checkForModel();
            rows = KernelsModel.read(
                    Models.load(model), data, unknown, pairs == null ? LayerReport.PAIRS : pairs, seed(1), err());
        }
        KernelStudy study = rows == null ? options.spheres(seed(1), err()) : rows.study(options, seed(1), err());
        heading(study, rows, err());
        List<KernelRow> measured = study.run(new KernelsProgress(err(), System.nanoTime()));
        new KernelsTables(measured).print(out());
        ObjectNode json = object();
        ArrayNode list = json.putArray("rows");
        measured.forEach(row -> list.add(row.json()));
        if (rows != null) {
            json.set("recommendation", LayerReport.advise(rows, measured, advice, out()));
            json.putObject("input").put("source", rows.source()).set("unknown", Unknowns.json(rows.unknown()));
        }
        write(measured, json);
        return json;
    }

    /** Says what is measured. */
    static void heading(KernelStudy study, KernelsModel rows, PrintWriter err) {
        KernelStudy.Subject first = study.subjects().get(0);
        err.println(String.format(
                Locale.ROOT,
                "estimates of exp(x·y), D = %d, %,d draws of W, %s",
                study.settings().get(0).headSize(),
                study.draws(),
                rows == null
                        ? String.format(Locale.ROOT, "|x| = |y| = %s", first.norm())
                        : first.head().pairs().length + " pairs of each of "
                                + study.subjects().size() + " heads on " + rows.source()));
        err.flush();
    }

    private void write(List<KernelRow> measured, ObjectNode json) throws IOException {
        if (png == null && out == null) {
            return;
        }
        byte[] picture = KernelsChart.png(measured);
        if (png != null) {
            replace(png, picture);
        }
        if (out != null) {
            Files.createDirectories(out);
            replace(out.resolve("kernels.png"), picture);
            replace(out.resolve("kernels.json"), text(json));
        }
    }

    private void replace(Path file, byte[] content) throws IOException {
        ResultFile.write(file, content);
        err().println("wrote " + file);
        err().flush();
    }
}
