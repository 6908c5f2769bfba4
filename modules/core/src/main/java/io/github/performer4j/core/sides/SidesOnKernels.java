package io.github.performer4j.core.sides;

import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.WholeSequence;
import io.github.performer4j.core.engine.ProgramRunner;
import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.core.state.SequenceState;
import io.github.performer4j.core.workspace.EnginePass;
import io.github.performer4j.core.workspace.FusedArrays;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.core.workspace.FusedSide;
import io.github.performer4j.core.workspace.PaddedRows;
import io.github.performer4j.core.workspace.StepPasses;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The fused runtime of a {@link TwoSidedLayer}, float32; memory and threads are as in {@link FusedRuntime}. */
public final class SidesOnKernels extends GraphRuntime implements WholeSequence {
    private final ProgramRunner program;
    private final FusedArrays parameters = new FusedArrays();
    private final FusedArrays gradients = new FusedArrays();
    private Kernels kernels = CpuKernels.shared();
    private final StepPasses steps = new StepPasses(parameters, gradients);
    private PackedSides forwarded; // of the forward pass whose memory backward can use, or null

    SidesOnKernels(NeuralNetConfiguration conf, DataType type, ProgramRunner program) {
        super(conf, type);
        this.program = program;
    }

    /** Replaces the process's kernels, for tests and to measure what they compute. */
    public void use(Kernels others) {
        kernels = others;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        beginStep(null, null); // no state of a part is left
        begin(training);
        SidesInput in = SidesInput.of(this, input, ArrayType.FF_WORKING_MEM, workspaces);
        INDArray out = workspaces.createUninitialized(
                ArrayType.ACTIVATIONS, DataType.FLOAT, in.x().shape(), 'c');
        addUnderflows(forward(in, out, training && !kept().shared()));
        return out;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        ArrayType working = ArrayType.BP_WORKING_MEM;
        SidesInput in = SidesInput.of(this, input, working, workspaces);
        if (!Arrays.equals(epsilon.shape(), in.x().shape())) {
            throw new IllegalArgumentException("error must have the shape of the first input; layer="
                    + layerConf().getLayerName() + ", input="
                    + Arrays.toString(in.x().shape()) + ", error=" + Arrays.toString(epsilon.shape()));
        }
        INDArray entered = entrance(epsilon, working, workspaces);
        INDArray error = NativeArrays.plain(entered) ? entered : workspaces.dup(working, entered, 'c');
        if (!in.layout().equals(forwarded)) {
            // recomputed, or a frozen layer, which Deeplearning4j executes for inference
            forward(
                    in,
                    workspaces.createUninitialized(
                            working, DataType.FLOAT, in.x().shape(), 'c'),
                    true);
        }
        forwarded = null;
        gradientTaken();
        INDArray packed = in.gradient(error, workspaces);
        INDArray dx = in.layout().x(packed);
        INDArray dMemory = in.layout().memory(packed);
        gradients.follow(gradTable);
        program.backward(
                new EnginePass(pass(in, kept().memory())),
                matrices(in.x(), in.memory()),
                NativeArrays.matrix(error),
                matrices(dx, dMemory));
        Reference.reachabilityFence(in);
        Reference.reachabilityFence(error);
        Reference.reachabilityFence(maskArray);
        differentiateStatistics();
        Gradient gradient = new DefaultGradient();
        paramTable.forEach((name, ignored) -> gradient.gradientForVariable().put(name, gradTable.get(name)));
        undropped(dx);
        undroppedMemory(dMemory);
        return new Pair<>(gradient, packed);
    }

    /**
     * Runs forward over the next tokens of x, in inference.
     *
     * @param vertex whose state it is
     * @param state of the tokens before; brought up to date, but for the count of tokens
     * @param x [T,E]
     * @param memory [Tk,Em] at the start of x; behind it, where the state has what is to be known of it, any T rows
     * @param hides mask of memory, [Tk]; null at the start, if all are real; behind it 0 for each row
     * @param out [T,E], written
     */
    public void step(String vertex, SequenceState state, Matrix x, Matrix memory, FloatBlock hides, Matrix out) {
        beginStep(state.of(vertex), state.memory(vertex));
        FusedPass pass = steps.next(kernels, x.rows(), paramTable, drawKey(), this::drawn, carry(), state)
                .with(new FusedSide(memory.rows(), hides));
        definition().checkLength(pass.offset() + x.rows());
        program.forward(new EnginePass(pass), List.of(x, memory), out);
        addUnderflows(pass.underflows());
        state.put(vertex, carry().finish(x.rows()));
    }

    private static List<Matrix> matrices(INDArray x, INDArray memory) {
        return List.of(NativeArrays.matrix(x), NativeArrays.matrix(memory));
    }

    /** Computes; returns the underflows. */
    private long forward(SidesInput in, INDArray out, boolean keep) {
        statistics().begin();
        forwarded = null; // whatever happens now, the kept memory is no longer that of an earlier pass
        FusedPass pass = pass(in, keep ? kept().memory() : null);
        program.forward(new EnginePass(pass), matrices(in.x(), in.memory()), NativeArrays.matrix(out));
        statistics().receive(pass.collected());
        Reference.reachabilityFence(in);
        Reference.reachabilityFence(maskArray);
        forwarded = keep ? in.layout() : null;
        return pass.underflows();
    }

    private FusedPass pass(SidesInput in, FusedMemory memory) {
        parameters.follow(paramTable);
        return new FusedPass(
                        kernels,
                        in.layout().batch(),
                        in.layout().tokens(),
                        hiding(maskArray),
                        training(),
                        memory,
                        parameters,
                        gradients,
                        drawKey(),
                        draw -> NativeArrays.matrix(drawn(draw)),
                        statistics().collecting())
                .with(new FusedSide(in.layout().memoryTokens(), hiding(in.mask())));
    }

    /** Returns a mask [B,T]; null if it hides nothing. */
    private static FloatBlock hiding(INDArray mask) {
        return mask == null || !PaddedRows.any(mask) ? null : NativeArrays.block(mask);
    }
}
