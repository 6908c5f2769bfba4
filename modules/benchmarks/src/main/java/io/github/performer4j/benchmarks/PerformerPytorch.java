package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.performer4j.core.model.AttentionConfig;
import io.github.performer4j.core.model.PerformerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * performer-pytorch as a peer of generation: how the script that lies beside this class is started with a Python that imports {@code performer_pytorch}. A model of the same sizes, not of the same
 * weights: rotary positions and no decay, as it has them; ReLU features, or else those of the softmax kernel.
 */
final class PerformerPytorch {
    /** What rows are called. */
    static final String NAME = "performer-pytorch";

    private static final String SCRIPT = "performer_pytorch_peer.py";
    private static final String MISSING =
            "performer-pytorch is not installed; pip install performer-pytorch, or name its folder in PYTHONPATH";

    private PerformerPytorch() {}

    /**
     * Returns the command line.
     *
     * @param tokens longest text
     * @throws EngineFailure if there is none, or it has no such model
     */
    static EngineCommand command(PerformerConfig model, int tokens, Path folder) throws EngineFailure, IOException {
        AttentionConfig attention = model.attention();
        if (model.feedForward().hidden() % model.width() != 0) {
            throw new EngineFailure("its feed-forward is a multiple of the width; hidden="
                    + model.feedForward().hidden() + ", width=" + model.width());
        }
        String sizes = JsonNodeFactory.instance
                .objectNode()
                .put("vocabulary", model.vocabulary())
                .put("tokens", tokens)
                .put("width", model.width())
                .put("layers", model.layers())
                .put("heads", attention.heads())
                .put("headSize", attention.headSize() == 0 ? model.width() / attention.heads() : attention.headSize())
                .put("hiddenByWidth", model.feedForward().hidden() / model.width())
                .put("features", attention.features())
                .put("relu", attention.featureMap().equals("relu"))
                .toString();
        String python = TorchPeer.python("performer_pytorch", MISSING);
        Path script = TorchPeer.script(SCRIPT, folder);
        return new EngineCommand(
                List.of(python, script.toString(), sizes),
                Map.of("OMP_NUM_THREADS", "1", "OPENBLAS_NUM_THREADS", "1", "MKL_NUM_THREADS", "1"));
    }
}
