package io.github.performer4j.checkpoint.imports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.read.Framing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a model of another program is built here.
 *
 * @param model the body
 * @param task what the model is for
 * @param framing which special tokens stand around a text
 * @param parameters name in the net, as {@code block-0_Wq} → the terms that it is the sum of; none: zeros
 * @param leftOut pattern of names → why such tensors have no place here
 * @param notes what is not as in the other program, in a line each
 */
public record Blueprint(
        PerformerConfig model,
        Task task,
        Framing framing,
        Map<String, List<Term>> parameters,
        Map<String, String> leftOut,
        List<String> notes) {

    /** Copies the collections. */
    public Blueprint {
        parameters = new LinkedHashMap<>(parameters);
        leftOut = new LinkedHashMap<>(leftOut);
        notes = List.copyOf(notes);
    }

    /** Returns a copy with another body of the same parameters. */
    Blueprint withModel(PerformerConfig value) {
        return new Blueprint(value, task, framing, parameters, leftOut, notes);
    }

    /**
     * Collects what a family says. Parameters are named by layer and name: {@code embedding_W} [V,E] ({@code table_W} where {@code head.tied}), {@code positions_P} [T,E], of block i {@code block-i_Wq}, {@code Wk}, {@code Wv}, {@code Wo},
     * {@code W1} (with a gate {@code W1} is the gate's and {@code W3} the values'), {@code W2}, biases {@code bq} … {@code b2}, norms {@code gain1}, {@code bias1}, {@code gain2}, {@code bias2}; {@code final-norm_gain}, {@code head_W} and {@code head_b}. A name
     * that the model does not have is refused with all that it has.
     */
    public static final class Builder {
        private static final ObjectMapper MAPPER = new ObjectMapper();
        private final ObjectNode model = JsonNodeFactory.instance.objectNode();
        private final Map<String, List<Term>> parameters = new LinkedHashMap<>();
        private final Map<String, String> leftOut = new LinkedHashMap<>();
        private final List<String> notes = new ArrayList<>();

        /** Sets a key of the model's configuration ({@link PerformerConfig}), such as {@code attention.heads}. */
        public Builder set(String key, Object value) {
            int dot = key.indexOf('.');
            ObjectNode topic = dot < 0 ? model : model.withObject("/" + key.substring(0, dot));
            topic.set(key.substring(dot + 1), MAPPER.valueToTree(value));
            return this;
        }

        /** A vector, whole: [n]. */
        public Builder vector(String parameter, String tensor, long size) {
            return part(parameter, tensor, List.of(size), Term.Layout.ROWS, 0);
        }

        /** A table, row by row: [rows,columns], of which the first ones are taken, as many as the parameter has. */
        public Builder table(String parameter, String tensor, long rows, long columns) {
            return part(parameter, tensor, List.of(rows, columns), Term.Layout.ROWS, 0);
        }

        /** A dense layer's weight as PyTorch has it, [out,in]. */
        public Builder dense(String parameter, String tensor, long in, long out) {
            return part(parameter, tensor, List.of(out, in), Term.Layout.TURNED, 0);
        }

        /** A module of a weight and a bias as PyTorch has a dense layer. */
        public Builder module(String weight, String bias, String module, long in, long out) {
            return dense(weight, module + ".weight", in, out).vector(bias, module + ".bias", out);
        }

        /** A module of gains and biases. */
        public Builder module(String gain, String bias, String module, long width) {
            return vector(gain, module + ".weight", width).vector(bias, module + ".bias", width);
        }

        /** A table, row by row, of which the first rows are taken, times a factor. */
        public Builder scaled(String parameter, String tensor, List<Long> shape, double factor) {
            parameters
                    .computeIfAbsent(parameter, name -> new ArrayList<>())
                    .add(new Term(tensor, shape, Term.Layout.ROWS, 0, factor));
            return this;
        }

        /** Adds a tensor, or a part of one, to a parameter. */
        public Builder part(String parameter, String tensor, List<Long> shape, Term.Layout layout, long from) {
            parameters.computeIfAbsent(parameter, name -> new ArrayList<>()).add(new Term(tensor, shape, layout, from));
            return this;
        }

        /**
         * A bias, zero where the other model has none.
         *
         * @param there whether it has it
         */
        public Builder bias(String parameter, String tensor, long size, boolean there) {
            return there ? vector(parameter, tensor, size) : zero(parameter);
        }

        /**
         * Dense layers one behind the other in one tensor, [n·out,in] as PyTorch has it, as queries, keys and values often are.
         *
         * @param weights parameters, in the tensor's order
         * @param out of each
         */
        public Builder parts(List<String> weights, String tensor, long in, long out) {
            for (int i = 0; i < weights.size(); i++) {
                part(weights.get(i), tensor, List.of(weights.size() * out, in), Term.Layout.TURNED, i * out);
            }
            return this;
        }

        /**
         * Vectors one behind the other in one tensor, [n·size], as the biases of such layers are.
         *
         * @param vectors parameters, in the tensor's order
         * @param size of each
         */
        public Builder parts(List<String> vectors, String tensor, long size) {
            for (int i = 0; i < vectors.size(); i++) {
                part(vectors.get(i), tensor, List.of(vectors.size() * size), Term.Layout.ROWS, i * size);
            }
            return this;
        }

        /** Makes a parameter zero that the other model does not have. */
        public Builder zero(String parameter) {
            parameters.put(parameter, new ArrayList<>());
            return this;
        }

        /** Says why tensors of some names have no place here. */
        public Builder leaveOut(String pattern, String reason) {
            leftOut.put(pattern, reason);
            return this;
        }

        /** Says what is not as in the other program. */
        public Builder note(String line) {
            notes.add(line);
            return this;
        }

        /** Builds; the attention of the model is exact. */
        public Blueprint build(Task task, Framing framing) {
            set("attention.kind", "exact");
            return new Blueprint(PerformerConfig.fromJson(model), task, framing, parameters, leftOut, notes);
        }
    }
}
