package io.github.performer4j.gpu.program;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a net holds beside its layers: the numbers that training moves. */
public interface NetArrays {
    /** Returns the parameters, [N]. */
    float[] parameters();

    /** Returns the updater's state. */
    float[] state();

    /** Takes parameters and state back. */
    void store(float[] parameters, float[] state);

    /** Returns the arrays of a net of Deeplearning4j. */
    static NetArrays of(ComputationGraph net) {
        return new NetArrays() {
            @Override
            public float[] parameters() {
                return values(net.params());
            }

            @Override
            public float[] state() {
                return values(net.getUpdater().getStateViewArray());
            }

            private float[] values(INDArray from) {
                return from.reshape(from.length()).dup('c').data().asFloat();
            }

            @Override
            public void store(float[] parameters, float[] state) {
                assign(parameters, net.params());
                assign(state, net.getUpdater().getStateViewArray());
            }

            private void assign(float[] values, INDArray to) {
                to.assign(Nd4j.create(values, to.shape(), 'c'));
            }
        };
    }
}
