package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.layer.LanguageModelHeadLayer;
import io.github.performer4j.core.layer.MeanOutputLayer;
import io.github.performer4j.core.layer.PerformerAttentionLayer;
import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.core.layer.TokenEmbeddingLayer;
import io.github.performer4j.core.schedule.WarmupSchedule.Shape;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.batch.BatchEncoder;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** One step of the trainer is one step of {@code fit}, whatever head the graph has and whatever its miniBatch says. */
class TrainerStepTest {
    private static final DataType TYPE = DataType.DOUBLE;
    private static final double RATE = 0.25;
    private static final int E = 6;
    private static final int C = 3;

    static Stream<Arguments> heads() {
        return Stream.of("language model", "classifier", "regression", "plain output", "plain recurrent output")
                .flatMap(head -> Stream.of(Arguments.of(head, true), Arguments.of(head, false)));
    }

    /** Embedding, attention that keeps statistics, whose steps are never divided, and a head. */
    private static ComputationGraph net(String head, boolean miniBatch) {
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(17)
                .dataType(TYPE)
                .updater(new Sgd(RATE))
                .miniBatch(miniBatch)
                .graphBuilder()
                .addInputs("tokens")
                .setInputTypes(InputType.recurrent(1, Toy.LENGTH, RNNFormat.NWC))
                .addLayer(
                        "embedding",
                        new TokenEmbeddingLayer.Builder()
                                .vocabulary(Toy.VOCABULARY)
                                .width(E)
                                .build(),
                        "tokens")
                .addLayer(
                        "attention",
                        new PerformerAttentionLayer.Builder()
                                .attention(AttentionOptions.defaults()
                                        .withHeads(2)
                                        .withFeatures(8)
                                        .withFeatureMap(FeatureMap.named("oprf"))
                                        .withStatistics(Statistics.RUNNING))
                                .build(),
                        "embedding");
        boolean perToken = head.equals("language model") || head.equals("plain recurrent output");
        if (!perToken) {
            graph.addLayer("pool", new SequencePoolingLayer(), "attention");
        }
        graph.addLayer(
                "head",
                switch (head) {
                    case "language model" ->
                        new LanguageModelHeadLayer.Builder()
                                .vocabulary(Toy.VOCABULARY)
                                .build();
                    case "classifier" ->
                        new MeanOutputLayer.Builder(LossFunction.SPARSE_MCXENT)
                                .nIn(E)
                                .nOut(C)
                                .activation(Activation.SOFTMAX)
                                .build();
                    case "regression" ->
                        new MeanOutputLayer.Builder(LossFunction.MSE)
                                .nIn(E)
                                .nOut(C)
                                .activation(Activation.IDENTITY)
                                .build();
                    case "plain output" ->
                        new OutputLayer.Builder(LossFunction.MSE)
                                .nIn(E)
                                .nOut(C)
                                .activation(Activation.IDENTITY)
                                .build();
                    default ->
                        new RnnOutputLayer.Builder(LossFunction.SPARSE_MCXENT)
                                .nIn(E)
                                .nOut(Toy.VOCABULARY)
                                .activation(Activation.SOFTMAX)
                                .dataFormat(RNNFormat.NWC)
                                .build();
                },
                perToken ? "attention" : "pool");
        ComputationGraph net = new ComputationGraph(graph.setOutputs("head").build());
        net.init();
        return net;
    }

    private static BatchEncoder encoder(String head) {
        return (batch, type) -> {
            BatchEncoder.Arrays tokens = BatchEncoder.columns().encode(batch, type);
            int b = batch.size();
            INDArray labels = switch (head) {
                case "language model" -> tokens.labels()[0];
                case "classifier" ->
                    Nd4j.createFromArray(new double[] {0, 2, 1}).reshape(b, 1);
                case "plain recurrent output" -> tokens.features()[0].reshape(b, batch.length(), 1);
                default -> Nd4j.linspace(type, -1, 0.25, (long) b * C).reshape(b, C);
            };
            return new BatchEncoder.Arrays(tokens.features(), new INDArray[] {labels}, null, null);
        };
    }

    @ParameterizedTest(name = "{0}, miniBatch={1}")
    @MethodSource("heads")
    void oneStepOfTheTrainerIsOneOfFit(String head, boolean miniBatch) throws IOException {
        Batch batch = Toy.batch(CounterRandom.of(1), 0.9);
        TrainingConfig config = TrainingConfig.defaults()
                .withSteps(1)
                .withWarmupSteps(0)
                .withSchedule(Shape.CONSTANT)
                .withLearningRate(RATE)
                .withClipNorm(0)
                .withWeightDecay(0)
                .withAccumulate(1);
        ComputationGraph trained = net(head, miniBatch);
        INDArray start = trained.params().dup();
        Toy.Memory memory = new Toy.Memory();
        new Trainer(trained, config, (seed, epoch) -> Toy.stream(List.of(batch)), encoder(head))
                .store(memory)
                .train();
        ComputationGraph fitted = net(head, miniBatch);
        BatchEncoder.Arrays arrays = encoder(head).encode(batch, TYPE);
        fitted.fit(new DataSet(arrays.features()[0], arrays.labels()[0]));
        assertThat(start.sub(trained.params()).amaxNumber().doubleValue()).isGreaterThan(1e-4);
        assertThat(trained.params().sub(fitted.params()).amaxNumber().doubleValue())
                .isLessThan(1e-14);
        assertThat(memory.steps.get(0).loss()).isCloseTo(fitted.score(), within(1e-12));
    }
}
