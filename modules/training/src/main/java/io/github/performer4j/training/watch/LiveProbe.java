package io.github.performer4j.training.watch;

import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Sampling;
import io.github.performer4j.core.model.Replica;
import io.github.performer4j.core.task.CausalLanguageModel;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A listener of a run's net that looks at its attention every so many steps, on the first row of the first step, and lets causal models write. It works on copies of the net, between two steps: the
 * run's numbers are those of one that is not looked at.
 */
public final class LiveProbe extends BaseTrainingListener {
    private static final int SAMPLE = 120;

    /** Tokens of a look, at most: it compares with exact attention, whose time grows with their square. */
    private static final int LONGEST = 2048;

    private final LiveRun run;
    private final ModelInfo info;
    private final int every;
    private int[] probe;

    /**
     * Makes the listener.
     *
     * @param run takes what is found
     * @param info of the net
     * @param every steps between two looks, at least 1
     */
    public LiveProbe(LiveRun run, ModelInfo info, int every) {
        this.run = run;
        this.info = info;
        this.every = every;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        ComputationGraph net = (ComputationGraph) model;
        if (probe == null) {
            probe = first(net);
        }
        if (iteration % every != 0) {
            return;
        }
        List<AttentionProbe.LayerState> layers = List.of();
        String note = "";
        if (probe.length == 0) {
            note = "attention is looked at in models of tokens";
        } else {
            try {
                layers = AttentionProbe.of(net, probe);
                note = layers.stream().allMatch(layer -> layer.errors() == null)
                        ? "no errors: attention is exact, or decays, which exact attention does not"
                        : "";
            } catch (IllegalArgumentException | IllegalStateException e) {
                note = e.getMessage(); // a look that fails is told on the page, and is not the run's end
            }
        }
        run.probed(iteration + 1L, layers, note, sample(net));
    }

    /** Returns the first tokens of the first row that the net shows, at most {@value #LONGEST}, without padding, of packed rows of the first sequence; none if its rows are no tokens. */
    private static int[] first(ComputationGraph net) {
        INDArray input = net.getInput(0);
        if (net.getNumInputArrays() != 1 || input.rank() != 2) {
            return new int[0];
        }
        INDArray[] masks = net.getInputMaskArrays();
        INDArray mask = masks == null ? null : masks[0];
        long length = 0;
        while (length < input.size(1) && (mask == null || mask.getDouble(0, length) == 1)) {
            length++;
        }
        int[] ids = new int[Math.toIntExact(Math.min(length, LONGEST))];
        for (int t = 0; t < ids.length; t++) {
            ids[t] = (int) input.getDouble(0, t);
        }
        return ids;
    }

    private String sample(ComputationGraph net) {
        if (!(info.task() instanceof CausalLanguageModel)) {
            return "";
        }
        return new PerformerModel(Replica.of(net), info)
                .generate("", SAMPLE, Sampling.defaults().withTemperature(0.8), 1);
    }
}
