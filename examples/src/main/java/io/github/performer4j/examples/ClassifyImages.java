package io.github.performer4j.examples;

import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Learns the classes of images, pixel by pixel: 784 tokens of Fashion-MNIST, each a grey value. The same with a command:
 *
 * <pre>
 * performer train --preset image-classify --data D/train20k-images-idx3-ubyte.gz --valid D/t10k-images-idx3-ubyte.gz --out runs/fashion
 * </pre>
 *
 * <p>with D = {@code datasets/images/fashion-mnist}; the labels lie beside the images, under the names of the idx format.
 */
public final class ClassifyImages {
    private ClassifyImages() {}

    /**
     * Trains.
     *
     * @param images idx file to learn from, plain or gzip
     * @param heldOut another one
     * @param overrides key of the configuration → value, see {@code models/presets/image-classify.json}
     * @param folder the run folder to make
     * @return the figures on the second file and where the best model is
     */
    public static TrainingRun.Result train(Path images, Path heldOut, Map<String, String> overrides, Path folder)
            throws IOException {
        RunConfig config = RunConfig.preset("image-classify").withOverrides(overrides);
        return TrainingRun.of(config, images, folder).valid(heldOut).execute();
    }

    /** Trains an hour or so; arguments: the folder of Fashion-MNIST, and the run folder, both optional. */
    public static void main(String[] args) throws IOException {
        Path data = Path.of(args.length > 0 ? args[0] : "datasets/images/fashion-mnist");
        Path folder = Path.of(args.length > 1 ? args[1] : "runs/fashion");
        Evaluation e = train(
                        data.resolve("train20k-images-idx3-ubyte.gz"),
                        data.resolve("t10k-images-idx3-ubyte.gz"),
                        Map.of(),
                        folder)
                .evaluation();
        System.out.printf(
                Locale.ROOT,
                "accuracy on the test images %.3f (the most frequent class: %.3f); report %s%n",
                e.figure("accuracy"),
                e.baseline("majority"),
                folder.resolve("report.html"));
    }
}
