package io.github.performer4j.core.loss;

import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.engine.LossRunner;
import io.github.performer4j.core.layer.LossLayer;
import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.core.samediff.GraphScope;
import io.github.performer4j.core.samediff.ProgramGraph;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * An output layer that says what it computes by a {@link LossProgram}, [B,T,n] → [B,T,V]; see {@link LossLayer}. One
 * with another base hands {@link GraphLayer#define} to {@link #define} and {@link GraphLayer#runtime} to {@link
 * #runtime}, and declares its parameters.
 */
public interface TokenLosses {

    /**
     * Returns what the layer computes, by its settings as they are.
     *
     * @param columns n of the input, for layers that take any; 0 as long as it is not known
     */
    LossProgram losses(int columns);

    /**
     * Defines the graph.
     *
     * @param scope of an input [B,T,n]
     * @return the mean loss where there are labels, else probabilities [B,T,V]
     */
    static SDVariable define(GraphScope scope, LossProgram program) {
        long rows = scope.batch() * scope.tokens();
        SDVariable x = scope.input().reshape(rows, scope.inputShape()[2]);
        SDVariable logits = ProgramGraph.define(scope, program.logits(), x);
        if (scope.labels() != null) {
            return TokenLoss.define(scope.sd(), logits, scope.labels(), rows, program.vocabulary(), scope.type());
        }
        return scope.sd().nn().softmax(logits, 1).reshape(scope.batch(), scope.tokens(), program.vocabulary());
    }

    /** Makes the runtime: what an engine prepares, or else the layer's graph. */
    static <L extends GraphLayer & TokenLosses> GraphRuntime runtime(
            NeuralNetConfiguration conf, DataType type, L layer) {
        Optional<LossRunner> prepared = Engines.prepare(layer.losses(1), type, layer.getLayerName());
        return prepared.isPresent() ? new FusedLossRuntime(conf, type) : new TokenLossRuntime(conf, type);
    }
}
