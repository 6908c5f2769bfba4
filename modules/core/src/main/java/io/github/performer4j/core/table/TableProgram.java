package io.github.performer4j.core.table;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.engine.ProgramRunner;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.TokenContext;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.core.workspace.EnginePass;
import io.github.performer4j.core.workspace.FusedArrays;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.memory.Matrix;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A program whose one parameter is a table [V,E] that is handed in: a layer's own, or another vertex's activation. Of a vertex the shape is not known before it comes.
 *
 * <p>Not thread-safe, like every Deeplearning4j layer.
 */
public final class TableProgram {
    /** Name of the table in programs. */
    public static final String TABLE = "W";

    private final DataType type;
    private final String layer;
    private final Shaped program;
    private final FusedArrays parameters = new FusedArrays();
    private final FusedArrays gradients = new FusedArrays();
    private final FusedMemory kept = new FusedMemory();
    private long[] shape; // of the table that the runner is for; null for none yet
    private Optional<ProgramRunner> runner;

    /** A program for tables of a shape. */
    @FunctionalInterface
    interface Shaped {
        LayerProgram of(int vocabulary, int width);
    }

    /** Returns the program of a lookup in a table {@value #TABLE} [V,E]. */
    public static LayerProgram lookup(int vocabulary, int width) {
        return lookup(vocabulary, width, null);
    }

    /** The same with a context; null for none. */
    public static LayerProgram lookup(int vocabulary, int width, TokenContext context) {
        LayerProgram.Builder p = new LayerProgram.Builder();
        return p.output(p.lookup(p.ids("ids"), TABLE, vocabulary, width, context));
    }

    /** Returns the program of a product with the transpose of a table {@value #TABLE} [V,E]. */
    public static LayerProgram tied(int vocabulary, int width) {
        LayerProgram.Builder p = new LayerProgram.Builder();
        return p.output(p.linear(p.input("x", width), new Weight.Tied(TABLE, null, width, vocabulary, true)));
    }

    /**
     * What the program reads beside the table: ids, or rows.
     *
     * @param tokens T
     * @param ids [B·T], each in [0, V); null for rows
     * @param rows [B,T,n]; null for ids
     */
    record Input(int batch, int tokens, int[] ids, INDArray rows) {
        static Input of(INDArray ids, int... read) {
            return new Input(Math.toIntExact(ids.size(0)), Math.toIntExact(ids.size(1)), read, null);
        }

        static Input of(INDArray rows) {
            return new Input(Math.toIntExact(rows.size(0)), Math.toIntExact(rows.size(1)), null, plain(rows));
        }

        private Matrix matrix() {
            return rows == null ? null : NativeArrays.matrix(rows);
        }
    }

    TableProgram(DataType type, String layer, Shaped program) {
        this.type = type;
        this.layer = layer;
        this.program = program;
    }

    /** Returns whether an engine runs it for a table; else ND4J's operations are to. */
    boolean runs(INDArray table) {
        return runner(table).isPresent();
    }

    private Optional<ProgramRunner> runner(INDArray table) {
        if (!Arrays.equals(shape, table.shape())) {
            LayerProgram made = program.of(Math.toIntExact(table.size(0)), Math.toIntExact(table.size(1)));
            runner = Engines.prepare(made, type, layer);
            shape = table.shape();
        }
        return runner;
    }

    /**
     * Computes the output.
     *
     * @param training whether a backward pass may follow
     * @param out [B,T,n], written
     */
    void forward(INDArray table, Input in, boolean training, INDArray out) {
        INDArray read = plain(table);
        EnginePass pass = pass(read, in, training);
        runner(table).orElseThrow().forward(pass, Arrays.asList(in.matrix()), NativeArrays.matrix(out));
        Reference.reachabilityFence(read);
        Reference.reachabilityFence(in);
    }

    /**
     * Computes the gradients.
     *
     * @param error [B,T,n]; padded rows are 0
     * @param dTable [V,E], written
     * @param dx of rows, written; null for ids
     */
    void backward(INDArray table, Input in, INDArray error, INDArray dTable, INDArray dx) {
        INDArray read = plain(table);
        INDArray e = plain(error);
        gradients.follow(Map.of(TABLE, dTable));
        EnginePass pass = pass(read, in, true);
        List<Matrix> down = Arrays.asList(dx == null ? null : NativeArrays.matrix(dx));
        runner(table).orElseThrow().backward(pass, Arrays.asList(in.matrix()), NativeArrays.matrix(e), down);
        Reference.reachabilityFence(read);
        Reference.reachabilityFence(e);
        Reference.reachabilityFence(in);
    }

    private EnginePass pass(INDArray table, Input in, boolean training) {
        parameters.follow(Map.of(TABLE, table));
        FusedPass pass = new FusedPass(
                CpuKernels.shared(),
                in.batch(),
                in.tokens(),
                null,
                training,
                training ? kept : null,
                parameters,
                gradients,
                null,
                draw -> {
                    throw new IllegalStateException(
                            "programs of tables draw nothing; layer=" + layer + ", draw=" + draw);
                },
                false);
        return new EnginePass(pass.reading(in.ids()));
    }

    private static INDArray plain(INDArray x) {
        return NativeArrays.plain(x) ? x : x.dup('c');
    }
}
