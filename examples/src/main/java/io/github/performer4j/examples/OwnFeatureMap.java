package io.github.performer4j.examples;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.CustomFeatures;
import io.github.performer4j.core.feature.Features;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A feature map of one's own, in a block that trains, and that is saved and loaded like any layer.
 *
 * <p>A map gives its formula twice: as a graph, which trains, and in plain Java, which checks the graph.
 */
public final class OwnFeatureMap {
    private static final int WIDTH = 8;

    private OwnFeatureMap() {}

    /**
     * Positive features at a temperature: {@code φ(x) = exp(W(x/√τ) − |x|²/(2τ))}, which estimate {@code exp(q·k/(τ√D))}. A small τ makes
     * attention look at fewer tokens.
     *
     * @param temperature τ &gt; 0
     * @param epsilon ε ≥ 0, added to each feature
     */
    public record Tempered(double temperature, double epsilon) implements CustomFeatures {
        public Tempered {
            if (!(temperature > 0) || !(epsilon >= 0)) {
                throw new IllegalArgumentException("temperature must be positive and epsilon not negative; temperature="
                        + temperature + ", epsilon=" + epsilon);
            }
        }

        /** Temperature is a matter of scale: queries and keys are divided by √τ before they come here. */
        @Override
        public double inputScale(int headSize, int features) {
            return Math.pow(headSize, -0.25) / Math.sqrt(temperature);
        }

        /** The exponent [BH,T,M]; attention exponentiates it, after it has subtracted what would overflow. */
        @Override
        public Features define(SameDiff sd, SDVariable x, SDVariable wx) {
            SDVariable halfNorm = sd.sum(x.mul(x), true, 2).mul(0.5); // [BH,T,1]
            return new Features(wx.sub(halfNorm), null, null);
        }

        @Override
        public double[] apply(double[] x, double[][] w) {
            double[] phi = new double[w.length];
            for (int i = 0; i < w.length; i++) {
                double exponent = 0;
                for (int d = 0; d < x.length; d++) {
                    exponent += w[i][d] * x[d] - x[d] * x[d] / 2;
                }
                phi[i] = (Math.exp(exponent) + epsilon) / Math.sqrt(w.length);
            }
            return phi;
        }

        /** One row of W for each feature. */
        @Override
        public int draws(int features) {
            return features;
        }
    }

    /** Builds a block with this map and an output for each token, [B,T,8] → [B,T,2]. */
    static MultiLayerNetwork net(Tempered map, long seed) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Adam(1e-2))
                .list()
                .layer(new PerformerBlockLayer.Builder()
                        .attention(AttentionOptions.defaults()
                                .withHeads(2)
                                .withFeatures(16)
                                .withFeatureMap(map))
                        .hidden(16)
                        .build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .setInputType(InputType.recurrent(WIDTH, 11, RNNFormat.NWC))
                .build());
        net.init();
        return net;
    }

    /**
     * Trains a few steps towards random numbers, saves, loads.
     *
     * @param steps parameter updates
     * @param zip where the net goes
     * @return loss before and after training, and the largest difference between the outputs of the net and of its loaded copy
     */
    public static double[] trainAndReload(int steps, Path zip) throws IOException {
        MultiLayerNetwork net = net(new Tempered(0.5, 1e-6), 1);
        INDArray x = gaussian(2, 3, 11, WIDTH); // [B,T,E]
        INDArray y = gaussian(3, 3, 11, 2); // [B,T,2]
        net.fit(x, y);
        double before = net.score();
        for (int step = 1; step < steps; step++) {
            net.fit(x, y);
        }
        net.save(zip.toFile());
        MultiLayerNetwork loaded = MultiLayerNetwork.load(zip.toFile(), true);
        double difference = net.output(x).sub(loaded.output(x)).amaxNumber().doubleValue();
        return new double[] {before, net.score(), difference};
    }

    private static INDArray gaussian(long seed, int... shape) {
        INDArray array = Nd4j.create(shape);
        CounterRandom random = CounterRandom.of(seed);
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, random.nextGaussian());
        }
        return array;
    }

    /** Trains 50 steps; argument: the file to save to, {@code own-map.zip} by default. */
    public static void main(String[] args) throws IOException {
        double[] result = trainAndReload(50, Path.of(args.length > 0 ? args[0] : "own-map.zip"));
        System.out.printf(
                Locale.ROOT, "loss %.3f, then %.3f; difference after loading %.1e%n", result[0], result[1], result[2]);
    }
}
