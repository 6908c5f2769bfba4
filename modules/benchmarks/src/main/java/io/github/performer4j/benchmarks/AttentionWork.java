package io.github.performer4j.benchmarks;

import io.github.performer4j.core.layer.PerformerAttentionLayer;
import io.github.performer4j.kernels.CounterRandom;
import java.util.function.LongSupplier;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Measures one cell in this process: a {@link PerformerAttentionLayer} alone in a Deeplearning4j graph, driven as Deeplearning4j
 * drives it, float32.
 *
 * <p>Forward is {@code output}; forward and backward is a training pass with an error [B,T,E] from outside, down to the gradients of
 * all parameters and of the input.
 */
public final class AttentionWork {
    private AttentionWork() {}

    /**
     * Measures.
     *
     * @param cell what to measure; its threads are the environment's business, which has to be set before the process starts
     * @param nanos the clock
     */
    public static Measurement measure(AttentionCell cell, LongSupplier nanos) {
        int[] shape = {cell.batch(), cell.tokens(), cell.width()};
        INDArray x = gaussian(cell.seed(), 0, shape); // [B,T,E]
        INDArray error = gaussian(cell.seed(), 1, shape); // [B,T,E]
        Long start = ProcessMemory.peak();
        ComputationGraph net = net(cell);
        Timing forward =
                Timing.of(() -> net.outputSingle(x), cell.runs(), cell.seconds(), AttentionCell.FEWEST_RUNS, nanos);
        Timing both =
                Timing.of(() -> step(net, x, error), cell.runs(), cell.seconds(), AttentionCell.FEWEST_RUNS, nanos);
        return new Measurement(
                forward.medianMs(),
                both.medianMs(),
                forward.runs(),
                both.runs(),
                ProcessMemory.peak(),
                start,
                Pointer.physicalBytes(),
                null);
    }

    /** Builds the layer in a graph of its own. */
    static ComputationGraph net(AttentionCell cell) {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(cell.seed())
                .updater(new NoOp())
                .miniBatch(false)
                .graphBuilder()
                .addInputs("sequence")
                .setInputTypes(InputType.recurrent(cell.width(), cell.tokens(), RNNFormat.NWC))
                .addLayer(
                        "attention",
                        new PerformerAttentionLayer.Builder()
                                .attention(cell.options())
                                .build(),
                        "sequence")
                .setOutputs("attention")
                .build());
        net.init();
        return net;
    }

    /** Runs forward and backward; the gradients are in the net afterwards. */
    static void step(ComputationGraph net, INDArray x, INDArray error) {
        net.feedForward(new INDArray[] {x}, true, false);
        net.backpropGradient(error);
    }

    private static INDArray gaussian(long seed, int stream, int... shape) {
        INDArray array = Nd4j.createUninitialized(shape);
        CounterRandom random = CounterRandom.of(seed, stream);
        for (long i = 0; i < array.length(); i++) {
            array.data().put(i, (float) random.nextGaussian());
        }
        return array;
    }
}
