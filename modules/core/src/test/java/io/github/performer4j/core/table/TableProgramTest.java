package io.github.performer4j.core.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.base.TokenIds;
import io.github.performer4j.core.cpu.CpuProgram;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.math.Activation;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Programs of a table that is handed in, on kernels: rows by id, sums by id, and what follows in the same program. */
class TableProgramTest {
    private static final int V = 11;
    private static final int E = 131; // three shares of columns
    private static final int B = 3;
    private static final int T = 197; // blocks of rows end within sequences

    private static final INDArray TABLE = Samples.gaussian(DataType.FLOAT, 3, 1, V, E);
    private static final INDArray IDS = Samples.ids(DataType.INT32, 5, V, B, T);
    private static final INDArray ERROR = Samples.gaussian(DataType.FLOAT, 7, 1, B, T, E);

    private static int[] read() {
        return TokenIds.read(IDS, null, V, "layer");
    }

    private static INDArray run(TableProgram program, INDArray gradient) {
        INDArray out = Nd4j.valueArrayOf(new long[] {B, T, E}, Double.NaN, DataType.FLOAT);
        assertThat(program.runs(TABLE)).isTrue();
        program.forward(TABLE, TableProgram.Input.of(IDS, read()), true, out);
        program.backward(TABLE, TableProgram.Input.of(IDS, read()), ERROR, gradient, null);
        return out;
    }

    @Test
    void rowsAndSumsAreThoseOfTheIds() {
        INDArray gradient = Nd4j.valueArrayOf(new long[] {V, E}, Double.NaN, DataType.FLOAT);
        INDArray out = run(new TableProgram(DataType.FLOAT, "layer", TableProgram::lookup), gradient);
        int[] ids = read();
        double[][] sums = new double[V][E];
        for (int i = 0; i < ids.length; i++) {
            for (int e = 0; e < E; e++) {
                assertThat(out.getFloat(i / T, i % T, e)).isEqualTo(TABLE.getFloat(ids[i], e));
                sums[ids[i]][e] += ERROR.getDouble(i / T, i % T, e);
            }
        }
        TensorAssert.assertClose("gradient", gradient, Nd4j.create(sums));
    }

    /** What follows a lookup belongs to the same program: here {@code ReLU(2 W[id])}. */
    @Test
    void operationsBehindALookup() {
        TableProgram program = new TableProgram(DataType.FLOAT, "layer", (vocabulary, width) -> {
            LayerProgram.Builder p = new LayerProgram.Builder();
            Value rows = p.lookup(p.ids("ids"), TableProgram.TABLE, vocabulary, width);
            return p.output(p.activate(Activation.RELU, p.scale(rows, 2)));
        });
        INDArray gradient = Nd4j.valueArrayOf(new long[] {V, E}, Double.NaN, DataType.FLOAT);
        INDArray out = run(program, gradient);
        int[] ids = read();
        double[][] sums = new double[V][E];
        for (int i = 0; i < ids.length; i++) {
            for (int e = 0; e < E; e++) {
                float row = TABLE.getFloat(ids[i], e);
                assertThat(out.getFloat(i / T, i % T, e)).isEqualTo(Math.max(0, 2 * row));
                sums[ids[i]][e] += row > 0 ? 2 * ERROR.getDouble(i / T, i % T, e) : 0;
            }
        }
        TensorAssert.assertClose("gradient", gradient, Nd4j.create(sums));
    }

    /** A program that looks up tokens sees each alone, and names its table as any parameter. */
    @Test
    void aLookupIsAnOperationOfRows() {
        LayerProgram program = TableProgram.lookup(V, E);
        assertThat(program.perToken()).isTrue();
        assertThat(program.parameters()).hasSize(1);
        assertThat(program.parameters().get(0).shape()).containsExactly((long) V, (long) E);
        assertThat(program.ops()).hasSize(1).allMatch(Op.Lookup.class::isInstance);
        assertThat(CpuProgram.uncovered(program)).isNull();
    }
}
