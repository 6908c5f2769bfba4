package io.github.performer4j.benchmarks;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** Two dense layers of Deeplearning4j, E → 2E → E, over the same rows: the 4E² weights of attention, and no graph. */
final class PlainNetWork implements GraphBench.GraphWork {
    private final ComputationGraph net;
    private final INDArray x; // [N,E]
    private final INDArray error;

    PlainNetWork(GraphBench sizes, int nodes) {
        int width = sizes.width();
        net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(sizes.seed())
                .dataType(DataType.FLOAT)
                .updater(new NoOp())
                .miniBatch(false)
                .graphBuilder()
                .addInputs("nodes")
                .setInputTypes(InputType.feedForward(width))
                .addLayer(
                        "hidden",
                        new DenseLayer.Builder()
                                .nOut(2 * width)
                                .activation(Activation.RELU)
                                .build(),
                        "nodes")
                .addLayer(
                        "out",
                        new DenseLayer.Builder()
                                .nOut(width)
                                .activation(Activation.IDENTITY)
                                .build(),
                        "hidden")
                .setOutputs("out")
                .build());
        net.init();
        x = Nd4j.create(GraphNetWork.gaussian(sizes, nodes, 1)).castTo(DataType.FLOAT);
        error = Nd4j.create(GraphNetWork.gaussian(sizes, nodes, 2)).castTo(DataType.FLOAT);
    }

    @Override
    public INDArray forward() {
        return net.outputSingle(x);
    }

    @Override
    public void both() {
        net.feedForward(new INDArray[] {x}, true, false);
        net.backpropGradient(error);
    }
}
