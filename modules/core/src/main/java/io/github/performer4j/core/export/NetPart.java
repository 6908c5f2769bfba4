package io.github.performer4j.core.export;

import io.github.performer4j.core.layer.ContrastLayer;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.core.samediff.OrthogonalGraph;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A vertex of a net as a program with its numbers, as inference has them at this moment: see {@link ExportedNet}.
 *
 * @param name of the vertex
 * @param input name of the vertex that it reads, or of the net's input
 * @param program of one input
 * @param finish what is done with the program's output
 * @param tensors the parameters that the program reads, by their names in it
 * @param projections W of random features that is drawn and no parameter, [draws,D], D with the columns of Fourier positions, by the number of the value that its attention writes
 */
public record NetPart(
        String name,
        String input,
        LayerProgram program,
        Finish finish,
        Map<String, NetTensor> tensors,
        Map<Integer, INDArray> projections) {

    /** What is done with a program's output, row by row. */
    public enum Finish {
        /** Nothing. */
        NONE,
        /** Rows become probabilities, {@code e^{z_i} / Σ_j e^{z_j}}. */
        SOFTMAX,
        /** 1 / (1 + e^{−z}). */
        SIGMOID,
        /** tanh z. */
        TANH,
        /** max(z, 0). */
        RELU,
        /** Rows get length 1, {@code z / √(|z|² + ε)}, ε that of {@link ContrastLayer}. */
        UNIT
    }

    /** Copies the maps. */
    public NetPart {
        tensors = Map.copyOf(tensors);
        projections = Map.copyOf(projections);
    }

    /**
     * Returns a parameter.
     *
     * @param parameter its name in the program
     */
    public NetTensor tensor(String parameter) {
        return tensors.get(parameter);
    }

    /** Returns W that rows are multiplied by from the right, [in,out]; of a table, {@link Weight.Tied}, the table itself, [out,in]. */
    public NetTensor matrix(Weight weight) {
        NetTensor own = tensor(weight.name());
        if (weight instanceof Weight.PerHead each) {
            INDArray plain = matrix(each.plain()).array();
            return made(own, plain.mulRowVector(factors(each)));
        }
        if (weight instanceof Weight.Orthogonal) {
            SameDiff sd = SameDiff.create();
            INDArray v = own.array();
            return made(
                    own,
                    OrthogonalGraph.define(sd, sd.constant(v.dup('c')), weight.in(), weight.out(), v.dataType())
                            .eval());
        }
        return weight instanceof Weight.Scaled scaled ? made(own, own.array().mul(scaled.factor())) : own;
    }

    /** Returns the bias of a product, [out]; null for none. */
    public NetTensor bias(Weight weight) {
        if (weight.bias() == null) {
            return null;
        }
        NetTensor own = tensor(weight.bias());
        INDArray row = own.array().reshape(1, weight.out());
        return weight instanceof Weight.PerHead each
                ? made(own, row.mul(factors(each)).reshape(weight.out()))
                : new NetTensor(own.name(), row.reshape(weight.out()));
    }

    /** Names what is made of a parameter: no other is made of it. */
    private static NetTensor made(NetTensor of, INDArray array) {
        return new NetTensor(of.name() + " as used", array);
    }

    /** e^{ρ/2} for the columns of each head, [1,out]. */
    private INDArray factors(Weight.PerHead each) {
        INDArray rho = tensor(each.rho()).array();
        int size = each.out() / each.heads();
        double[] factors = new double[each.out()];
        for (int j = 0; j < factors.length; j++) {
            factors[j] = Math.exp(rho.getDouble(j / size) / 2);
        }
        return Nd4j.createFromArray(factors).castTo(rho.dataType()).reshape(1, each.out());
    }

    /** Returns W of the features of linear attention, [draws,D]; null for a map without projection. */
    public INDArray projection(Op.Attend op) {
        NetTensor learned = tensor(op.scope() + Op.Attend.PROJECTION);
        return learned != null ? learned.array() : projections.get(op.writes().id());
    }
}
