package io.github.performer4j.core.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TableLookupTest {

    /**
     * Few rows and many ids: threads that add to a row without a lock lose some of the ones. In a process of its own, as this one allows
     * ND4J a single thread and that cannot be raised later.
     */
    @Test
    void sumsByTokenIdLoseNothingInSeveralThreads() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder child = new ProcessBuilder(
                List.of(java, "-cp", System.getProperty("java.class.path"), SeveralThreads.class.getName()));
        child.environment().put("OMP_NUM_THREADS", "2");
        Process process = child.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("threads=2, wrong sums=0");
    }

    /** Counts sums that are not the number of ids. */
    static final class SeveralThreads {
        private SeveralThreads() {}

        public static void main(String[] arguments) {
            int tokens = 20_000;
            int[] ids = new int[tokens];
            int[] count = new int[3];
            for (int t = 0; t < tokens; t++) {
                int id = t % 7 % 3;
                ids[t] = id;
                count[id]++;
            }
            INDArray ones = Nd4j.ones(DataType.FLOAT, 1, tokens, 16);
            int wrong = 0;
            for (int repeat = 0; repeat < 20; repeat++) {
                INDArray gradient = Nd4j.valueArrayOf(new long[] {3, 16}, Double.NaN, DataType.FLOAT);
                new GraphTable().scatter(gradient, ids, ones);
                for (int id = 0; id < 3; id++) {
                    for (float sum : gradient.getRow(id).toFloatVector()) {
                        wrong += sum == count[id] ? 0 : 1;
                    }
                }
            }
            System.out.println("threads=" + Nd4j.getEnvironment().maxThreads() + ", wrong sums=" + wrong);
        }
    }
}
