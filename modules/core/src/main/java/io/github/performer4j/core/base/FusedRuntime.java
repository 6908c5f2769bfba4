package io.github.performer4j.core.base;

import io.github.performer4j.core.program.Segments;
import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.core.state.SequenceState;
import io.github.performer4j.core.workspace.FusedArrays;
import io.github.performer4j.core.workspace.FusedLayer;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedMemory.Part;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.core.workspace.PackedRows;
import io.github.performer4j.core.workspace.PaddedRows;
import io.github.performer4j.core.workspace.StepPasses;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The fused runtime of a sequence layer, float32: Deeplearning4j calls it, it executes the layer's {@link FusedLayer}.
 *
 * <p>Parameters are read and gradients written in place. The forward pass of training leaves in the layer's own memory what backward needs;
 * everything else is the thread's. Padding, draws, formats and workspaces are as in {@link GraphRuntime}. Not thread-safe, like every
 * Deeplearning4j layer; several nets may run in several threads.
 */
public class FusedRuntime extends GraphRuntime {
    private final FusedLayer layer;
    private final FusedArrays parameters = new FusedArrays();
    private final FusedArrays gradients = new FusedArrays();
    private Kernels kernels = CpuKernels.shared();
    private final StepPasses steps = new StepPasses(parameters, gradients);
    private long[] forwarded; // shape of the forward pass whose memory backward can use, or null

    /**
     * Makes the runtime.
     *
     * @param conf of a {@link SequenceLayer}
     * @param type float32
     * @param layer the layer's maths
     */
    FusedRuntime(NeuralNetConfiguration conf, DataType type, FusedLayer layer) {
        super(conf, type);
        this.layer = layer;
    }

    /** Replaces the process's kernels, for tests and to measure what they compute. */
    public void use(Kernels others) {
        kernels = others;
    }

    /** {@inheritDoc} A layer that keeps no more than its output recovers the rest itself. */
    @Override
    void recompute(Kept shared) {
        if (!layer.recovers()) {
            super.recompute(shared);
        }
    }

    @Override
    INDArray execute(boolean training, LayerWorkspaceMgr workspaces) {
        checkMask(input);
        INDArray x = given(ArrayType.FF_WORKING_MEM, workspaces);
        if (apart() != null) {
            return executeApart(PackedRows.unpack(x, apart()), training, workspaces);
        }
        ArrayType where = permuted() ? ArrayType.FF_WORKING_MEM : ArrayType.ACTIVATIONS;
        INDArray out = workspaces.createUninitialized(where, DataType.FLOAT, outputShape(x), 'c');
        INDArray mask = hidingMask();
        addUnderflows(forward(x, mask, visible(x, mask, Part.INPUT), out, training && !kept().shared()));
        return permuted() ? workspaces.dup(ArrayType.ACTIVATIONS, out.permute(0, 2, 1), 'c') : out;
    }

    /** Returns the segments of packed rows that are taken apart, because the engine does not take them as they are; else null. */
    private Segments apart() {
        Segments packed = segments();
        return packed == null || layer.packs() ? null : packed;
    }

    /** Runs forward over sequences that were taken apart, [S,L,E]. */
    private INDArray executeApart(INDArray x, boolean training, LayerWorkspaceMgr workspaces) {
        INDArray mask = PackedRows.mask(apart(), DataType.FLOAT);
        INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, outputShape(x));
        addUnderflows(forward(x, mask, NativeArrays.matrix(x), out, training && !kept().shared()));
        INDArray packed = PackedRows.pack(out, apart());
        return workspaces.dup(ArrayType.ACTIVATIONS, permuted() ? packed.permute(0, 2, 1) : packed, 'c');
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        ArrayType working = ArrayType.BP_WORKING_MEM;
        checkMask(input);
        INDArray x = given(working, workspaces);
        requireOutputShape(epsilon, x);
        INDArray error = rows(epsilon, working, workspaces);
        Segments apart = apart();
        if (apart != null) {
            x = PackedRows.unpack(x, apart);
            error = PackedRows.unpack(error, apart);
        }
        INDArray mask = apart == null ? hidingMask() : PackedRows.mask(apart, DataType.FLOAT);
        Matrix in = visible(x, mask, Part.INPUT);
        if (!Arrays.equals(forwarded, x.shape())) {
            // recomputed, or a frozen layer, which Deeplearning4j executes for inference
            INDArray unused = workspaces.createUninitialized(working, DataType.FLOAT, outputShape(x), 'c');
            forward(x, mask, in, unused, true);
        }
        forwarded = null;
        gradientTaken();
        INDArray dx = apart == null
                ? workspaces.createUninitialized(
                        permuted() ? working : ArrayType.ACTIVATION_GRAD, DataType.FLOAT, x.shape(), 'c')
                : Nd4j.createUninitializedDetached(DataType.FLOAT, x.shape());
        gradients.follow(gradTable);
        Matrix e = layer.pools() ? NativeArrays.matrix(error) : visible(error, mask, Part.ERROR);
        layer.backward(pass(x, mask, kept().memory()), in, e, NativeArrays.matrix(dx));
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(error);
        Reference.reachabilityFence(mask);
        differentiateStatistics();
        if (apart != null) {
            INDArray packed = PackedRows.pack(dx, apart);
            dx = permuted() ? packed : workspaces.dup(ArrayType.ACTIVATION_GRAD, packed, 'c');
        }
        Gradient gradient = new DefaultGradient();
        paramTable.forEach((name, ignored) -> gradient.gradientForVariable().put(name, gradTable.get(name)));
        return new Pair<>(
                gradient,
                undropped(permuted() ? workspaces.dup(ArrayType.ACTIVATION_GRAD, dx.permute(0, 2, 1), 'c') : dx));
    }

    /** Returns [B,T,C] for x [B,T,E], or [B,C]. */
    private long[] outputShape(INDArray x) {
        if (layer.pools()) {
            return new long[] {x.size(0), layer.columns(Math.toIntExact(x.size(2)))};
        }
        return new long[] {x.size(0), x.size(1), layer.columns(Math.toIntExact(x.size(2)))};
    }

    private void requireOutputShape(INDArray error, INDArray x) {
        long[] rows = outputShape(x);
        long[] wanted = permuted() ? new long[] {rows[0], rows[2], rows[1]} : rows;
        if (!Arrays.equals(error.shape(), wanted)) {
            throw new IllegalArgumentException("error must have the shape of the output; layer="
                    + layerConf().getLayerName() + ", output=" + Arrays.toString(wanted) + ", error="
                    + Arrays.toString(error.shape()));
        }
    }

    /** Computes x, seen as {@code in}; returns the underflows. */
    private long forward(INDArray x, INDArray mask, Matrix in, INDArray out, boolean keep) {
        statistics().begin();
        forwarded = null; // whatever happens now, the kept memory is no longer that of an earlier pass
        FusedPass pass = pass(x, mask, keep ? kept().memory() : null);
        layer.forward(pass, in, NativeArrays.matrix(out));
        statistics().receive(pass.collected());
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(mask);
        forwarded = keep ? x.shape() : null;
        return pass.underflows();
    }

    private FusedPass pass(INDArray x, INDArray mask, FusedMemory memory) {
        parameters.follow(paramTable);
        FloatBlock visible = mask == null ? null : NativeArrays.block(mask);
        FusedPass pass = new FusedPass(
                kernels,
                Math.toIntExact(x.size(0)),
                Math.toIntExact(x.size(1)),
                visible,
                training(),
                memory,
                parameters,
                gradients,
                drawKey(),
                draw -> NativeArrays.matrix(drawn(draw)),
                statistics().collecting());
        return pass.carrying(carry()).packed(layer.packs() ? segments() : null);
    }

    /**
     * Runs forward over the next tokens of one sequence, in inference: from row to row, without Deeplearning4j's arrays.
     *
     * @param vertex whose state it is
     * @param state of the tokens before; brought up to date, but for the count of tokens
     * @param x [T,E]
     * @param out [T,E], written
     */
    public final void step(String vertex, SequenceState state, Matrix x, Matrix out) {
        boolean parts = this instanceof SequenceParts;
        beginStep(parts ? state.of(vertex) : null, parts ? state.memory(vertex) : null);
        FusedPass pass = steps.next(kernels, x.rows(), paramTable, drawKey(), this::drawn, carry(), state);
        definition().checkLength(pass.offset() + x.rows());
        layer.forward(pass, x, out);
        addUnderflows(pass.underflows());
        if (parts) {
            state.put(vertex, carry().finish(x.rows()));
        }
    }

    /** Returns the mask [B,T], row-major; null if it hides nothing. */
    private INDArray hidingMask() {
        if (maskArray == null || !PaddedRows.any(maskArray)) {
            return null;
        }
        INDArray mask = mask();
        return NativeArrays.plain(mask) ? mask : mask.dup('c');
    }

    private boolean permuted() {
        return definition().tokenDimension() == 2;
    }

    /** Returns the input as {@link #rows}, after the dropout of Deeplearning4j's {@code dropOut}. */
    private INDArray given(ArrayType where, LayerWorkspaceMgr workspaces) {
        return rows(dropped(typed(input, where, workspaces), where, workspaces), where, workspaces);
    }

    /** Returns [B,T,E], float32, row-major and without gaps. */
    private INDArray rows(INDArray x, ArrayType where, LayerWorkspaceMgr workspaces) {
        INDArray typed = typed(x, where, workspaces);
        INDArray tokensFirst = permuted() ? typed.permute(0, 2, 1) : typed;
        return NativeArrays.plain(tokensFirst) ? tokensFirst : workspaces.dup(where, tokensFirst, 'c');
    }

    /** Returns [N,E] with zeros in padded rows: the array itself if nothing is padded, else a copy in the thread's memory. */
    private Matrix visible(INDArray x, INDArray mask, Part part) {
        Matrix all = NativeArrays.matrix(x);
        if (mask == null) {
            return all;
        }
        FloatBlock real = NativeArrays.block(mask);
        Matrix copy = FusedMemory.phase().matrix(part, all.rows(), all.columns());
        kernels.rows(all.rows(), (block, from, to) -> {
            for (int row = from, end; row < to; row = end) {
                boolean padded = real.get(row) < 0.5f;
                for (end = row + 1; end < to && real.get(end) < 0.5f == padded; end++) {}
                if (padded) {
                    kernels.elements().fill(copy.rows(row, end), 0);
                } else {
                    kernels.elements().copy(all.rows(row, end), copy.rows(row, end));
                }
            }
        });
        return copy;
    }
}
