package io.github.performer4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One job of three workers. */
class RoundTest {
    private static final int WORKERS = 3;

    /**
     * The last worker is lost around the moment when the first one ends, the middle one computes on: whether Spark counts the first one's output or makes it again, the sum is that of a calm round.
     * (Where workers waited for each other, the round never ended.)
     */
    @Test
    @Timeout(120)
    void aWorkerIsLostWhenAnotherEnds() {
        try (JavaSparkContext spark = Runs.local("local[8]")) {
            for (int later = -15; later <= 15; later += 3) {
                long ends = System.currentTimeMillis() + 300;
                long lost = ends + later;
                Share sum = Round.of(spark, WORKERS, worker -> {
                    if (BarrierTaskContext.get().stageAttemptNumber() == 0) {
                        until(worker == 0 ? ends : worker == 1 ? ends + 100 : lost);
                        if (worker == WORKERS - 1) {
                            throw new AssertionError("lost, as the test wants it");
                        }
                    }
                    return share(worker);
                });
                assertThat(sum.fault()).isNull();
                assertThat(sum.ends()).extracting(WorkerEnd::batches).containsExactly(0L, 1L, 2L);
                assertThat(sum.sum().mean())
                        .as("lost %d ms behind the end", later)
                        .isEqualTo(3.0);
            }
        }
    }

    private static Share share(int worker) {
        float[] values = new float[100_000];
        java.util.Arrays.fill(values, worker);
        return new Share(
                worker,
                new NetState("{}", values, values.clone()),
                List.of(new WorkerEnd(0, worker, 10, 5, 1, 1, 1e-3)));
    }

    private static void until(long time) {
        while (System.currentTimeMillis() < time) {
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
