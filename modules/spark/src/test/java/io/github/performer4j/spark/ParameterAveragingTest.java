package io.github.performer4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.training.batch.BatchEncoder;
import io.github.performer4j.training.run.RoundTraining;
import io.github.performer4j.training.step.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Deeplearning4j's own ParameterAveragingTrainingMaster trains a net of our layers. */
class ParameterAveragingTest {
    @TempDir
    Path folder;

    @Test
    void ourLayersLearnUnderIt() throws IOException {
        RoundTraining.Setting[] made = new RoundTraining.Setting[1];
        Path proteins = Runs.proteins(folder.resolve("proteins.fasta"), 40);
        Runs.run(Runs.config(8).withOverride("model.dropout", "0"), proteins, folder.resolve("run"))
                .rounds(setting -> {
                    made[0] = setting;
                    setting.folder().checkpoint(setting.net(), setting.state());
                    return new RoundTraining.Ended(Outcome.STOPPED, setting.state());
                })
                .execute();
        List<MultiDataSet> batches = new ArrayList<>();
        try (BatchStream stream = made[0].train().open(1, 0)) {
            while (stream.hasNext()) {
                Batch batch = stream.next();
                BatchEncoder.Arrays a = BatchEncoder.columns().encode(batch, DataType.FLOAT);
                batches.add(new org.nd4j.linalg.dataset.MultiDataSet(
                        a.features(), a.labels(), a.featureMasks(), a.labelMasks()));
            }
        }
        ComputationGraph net = made[0].net();
        double before = score(net, batches);
        INDArray initial = net.params().dup();
        JavaSparkContext spark = Runs.local("local[2]");
        try {
            SparkComputationGraph distributed = new SparkComputationGraph(
                    spark,
                    net,
                    new ParameterAveragingTrainingMaster.Builder(2, 1)
                            .averagingFrequency(2)
                            .batchSizePerWorker(1)
                            .workerPrefetchNumBatches(0)
                            .build());
            distributed.fitMultiDataSet(spark.parallelize(batches, 4));
            ComputationGraph trained = distributed.getNetwork();
            assertThat(trained.params()).isNotEqualTo(initial);
            assertThat(score(trained, batches)).isLessThan(before);
            assertThat(trained.getUpdater().getStateViewArray().isNaN().any()).isFalse();
        } finally {
            spark.stop();
        }
    }

    private static double score(ComputationGraph net, List<MultiDataSet> batches) {
        return batches.stream().mapToDouble(batch -> net.score(batch)).average().orElseThrow();
    }
}
