package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.BlasThreads;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a program has set for ND4J's own threads is what it finds after our layers have run in its net. */
class NativeThreadsTest {
    @Test
    void fitAndOutputLeaveThreadsAsTheyWere() {
        int usual = BlasThreads.number();
        Nd4j.factory().blas().setMaxThreads(3);
        try {
            int threads = Nd4j.getEnvironment().maxThreads();
            int masterThreads = Nd4j.getEnvironment().maxMasterThreads();
            MultiLayerNetwork net = net();
            INDArray x = Nd4j.rand(DataType.FLOAT, 2, 13, 8);
            net.output(x);
            check(threads, masterThreads);
            net.fit(x, Nd4j.ones(DataType.FLOAT, 2, 13, 5).div(5));
            check(threads, masterThreads);
            assertThat(CpuKernels.shared().threads()).isPositive();
        } finally {
            Nd4j.factory().blas().setMaxThreads(usual);
        }
    }

    private static void check(int threads, int masterThreads) {
        assertThat(BlasThreads.number()).isEqualTo(3);
        assertThat(Nd4j.factory().blas().getMaxThreads()).isEqualTo(3);
        assertThat(Nd4j.getEnvironment().maxThreads()).isEqualTo(threads);
        assertThat(Nd4j.getEnvironment().maxMasterThreads()).isEqualTo(masterThreads);
    }

    private static MultiLayerNetwork net() {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(DataType.FLOAT)
                .updater(new Adam(1e-2))
                .list()
                .layer(new PerformerBlockLayer.Builder().hidden(16).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(5)
                        .activation(Activation.SOFTMAX)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .setInputType(InputType.recurrent(8, 13, RNNFormat.NWC))
                .build());
        net.init();
        return net;
    }
}
