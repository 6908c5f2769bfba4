package io.github.performer4j.gpu.verify;

import io.github.performer4j.core.cpu.CpuEngine;
import io.github.performer4j.core.draw.Draw;
import io.github.performer4j.core.draw.ProjectionDraw;
import io.github.performer4j.core.engine.LossRunner;
import io.github.performer4j.core.engine.ProgramRunner;
import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Parameter;
import io.github.performer4j.core.workspace.EnginePass;
import io.github.performer4j.core.workspace.FusedArrays;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What the processor's engine makes of cases and of a model's training; where it knows no kernel, a plain formula. Needs an ND4J backend, unlike the rest of this package. */
final class Reference {
    private Reference() {}

    /** A program on the processor, with arrays of its own. */
    private static final class Running {
        private final LayerProgram program;
        private final ProgramRunner runner;
        private final FusedMemory kept = new FusedMemory();
        private final FusedArrays parameters = new FusedArrays();
        private final FusedArrays gradients = new FusedArrays();
        private final Map<String, INDArray> values = new LinkedHashMap<>();
        private final Map<String, INDArray> derivatives = new LinkedHashMap<>();

        Running(LayerProgram program) {
            this.program = program;
            runner = new CpuEngine().prepare(program, DataType.FLOAT).orElseThrow();
        }

        void set(Parameter parameter, float... numbers) {
            long[] shape = parameter.shape().stream().mapToLong(Long::longValue).toArray();
            values.put(parameter.name(), Nd4j.create(numbers, shape, 'c'));
            derivatives.computeIfAbsent(parameter.name(), name -> Nd4j.zeros(DataType.FLOAT, shape));
        }

        EnginePass pass(int batch, int tokens, FloatBlock mask, Function<Draw, Matrix> draws, int... ids) {
            parameters.follow(values);
            gradients.follow(derivatives);
            Draw.Key key = new Draw.Key(VerifyCase.SEED, VerifyCase.LAYER, 0, 0);
            FusedPass pass = new FusedPass(
                    CpuKernels.shared(), batch, tokens, mask, true, kept, parameters, gradients, key, draws, false);
            return new EnginePass(ids.length == 0 ? pass : pass.reading(ids));
        }

        float[] gradient(String name) {
            return derivatives.get(name).dup('c').data().asFloat();
        }
    }

    /** Returns the output, the gradients of inputs and of parameters of a case. */
    static Map<String, float[]> tensors(VerifyCase c) {
        if (c.name().equals(VerifyCases.GRAPH)) {
            return GraphFormula.tensors(c);
        }
        Running running = new Running(c.program());
        c.program().parameters().forEach(parameter -> running.set(parameter, c.parameter(parameter)));
        float[] mask = c.mask(0).orElse(null);
        FloatBlock block = mask == null ? null : CasePass.matrix(mask, 1).block();
        EnginePass pass = running.pass(c.batch(), c.tokens().get(0), block, draw -> projection(c, draw));
        pass.pass().packed(c.segments().orElse(null));
        Matrix x = CasePass.matrix(c.input(0), c.program().inputs().get(0).columns());
        int columns = c.program().output().columns();
        Matrix out = Matrix.allocate(c.outputRows(), columns);
        running.runner.forward(pass, List.of(x), out);
        Map<String, float[]> tensors = new LinkedHashMap<>();
        tensors.put(CaseRun.OUTPUT, CasePass.values(out));
        Matrix dx = Matrix.allocate(x.rows(), x.columns());
        running.runner.backward(pass, List.of(x), CasePass.matrix(c.error(), columns), List.of(dx));
        tensors.put(CaseRun.INPUT + 0, CasePass.values(dx));
        c.program().parameters().forEach(p -> tensors.put(p.name(), running.gradient(p.name())));
        return tensors;
    }

    private static Matrix projection(VerifyCase c, Draw draw) {
        ProjectionDraw projection = (ProjectionDraw) draw;
        double[][] w = projection
                .map()
                .draw(
                        projection.projection(),
                        projection.features(),
                        projection.headSize(),
                        c.name().hashCode());
        return CasePass.matrix(CasePass.flat(w), projection.headSize());
    }

    /** Returns the losses of a training run. */
    static double[] losses(VerifyModel model, TrainingRun run) {
        List<Running> stages = model.programs().stream().map(Running::new).toList();
        LossRunner loss = new CpuEngine().prepare(model.head(), DataType.FLOAT).orElseThrow();
        float[] parameters = model.parameters();
        AdamFormula adam = new AdamFormula(parameters.length);
        double[] losses = new double[run.steps()];
        for (int i = 0; i < losses.length; i++) {
            int at = 0;
            for (Running stage : stages) {
                for (Parameter p : stage.program.parameters()) {
                    int n = VerifyCase.length(p);
                    stage.set(p, Arrays.copyOfRange(parameters, at, at + n));
                    at += n;
                }
            }
            Stepper.Rows rows = model.rows(run.batch(), run.tokens(), i);
            losses[i] = differentiate(stages, loss, rows);
            float[] gradient = new float[parameters.length];
            at = 0;
            for (Running stage : stages) {
                for (Parameter p : stage.program.parameters()) {
                    float[] own = stage.gradient(p.name());
                    System.arraycopy(own, 0, gradient, at, own.length);
                    at += own.length;
                }
            }
            adam.update(parameters, gradient, i, run.rate(), run.clipNorm());
        }
        return losses;
    }

    private static double differentiate(List<Running> stages, LossRunner loss, Stepper.Rows rows) {
        int last = stages.size() - 1;
        int n = rows.ids().length;
        Function<Draw, Matrix> none = draw -> {
            throw new IllegalStateException("projections are learned; draw=" + draw);
        };
        List<Matrix> values = new ArrayList<>();
        List<EnginePass> passes = new ArrayList<>();
        values.add(null);
        for (int i = 0; i < last; i++) {
            Running stage = stages.get(i);
            int[] ids = i == 0 ? rows.ids() : new int[0];
            passes.add(stage.pass(rows.batch(), rows.tokens(), null, none, ids));
            Matrix out = Matrix.allocate(n, stage.program.output().columns());
            stage.runner.forward(passes.get(i), Arrays.asList(values.get(i)), out);
            values.add(out);
        }
        EnginePass pass = stages.get(last).pass(rows.batch(), rows.tokens(), null, none);
        Matrix error = Matrix.allocate(n, values.get(last).columns());
        double sum = loss.differentiate(pass, values.get(last), rows.labels(), 1f / n, error);
        for (int i = last - 1; i >= 0; i--) {
            Matrix down = i == 0 ? null : Matrix.allocate(n, values.get(i).columns());
            stages.get(i).runner.backward(passes.get(i), Arrays.asList(values.get(i)), error, Arrays.asList(down));
            error = down;
        }
        return sum / n;
    }
}
