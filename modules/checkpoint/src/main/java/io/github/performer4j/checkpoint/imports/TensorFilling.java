package io.github.performer4j.checkpoint.imports;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The way back of a {@link Blueprint}: tensors of another program from the parameters of a net. Of a parameter that is a sum, the first tensor gets all and the others are 0; rows of a tensor that no parameter
 * has are 0.
 */
final class TensorFilling {
    private TensorFilling() {}

    /**
     * Makes the tensors.
     *
     * @param parameters of the net, by name
     * @return name → float32 array, in the order in which the blueprint names them
     * @throws IllegalArgumentException if the net has a parameter that no tensor holds
     */
    static Map<String, INDArray> tensors(Blueprint blueprint, Map<String, INDArray> parameters) {
        List<String> homeless = new ArrayList<>();
        parameters.forEach((name, array) -> {
            List<Term> terms = blueprint.parameters().get(name);
            boolean zero =
                    terms != null && (!terms.isEmpty() || array.amaxNumber().doubleValue() == 0);
            if (!zero) {
                homeless.add(name);
            }
        });
        if (!homeless.isEmpty()) {
            throw new IllegalArgumentException(
                    "the model's family has no tensor for all that the model has: write it as onnx or safetensors; parameters="
                            + homeless);
        }
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        List<String> order = new ArrayList<>(blueprint.parameters().keySet());
        // of two parameters of one tensor the one counts that is it as it is
        order.sort(Comparator.comparing(
                name -> blueprint.parameters().get(name).stream().allMatch(term -> term.factor() == 1)));
        order.forEach(name -> {
            List<Term> terms = blueprint.parameters().get(name);
            for (int i = 0; i < terms.size(); i++) {
                Term term = terms.get(i);
                INDArray tensor = tensors.computeIfAbsent(
                        term.tensor(),
                        any -> Nd4j.zeros(
                                DataType.FLOAT,
                                term.shape().stream().mapToLong(Long::longValue).toArray()));
                if (i == 0) {
                    put(tensor, term, unscaled(parameters.get(name), (float) term.factor()));
                }
            }
        });
        return tensors;
    }

    /** Returns numbers that times the factor are those of the parameter, to the bit where there are any. */
    private static INDArray unscaled(INDArray parameter, float factor) {
        if (factor == 1) {
            return parameter;
        }
        float[] values = parameter.dup('c').data().asFloat();
        for (int i = 0; i < values.length; i++) {
            float wanted = values[i];
            float near = wanted / factor;
            for (float x : new float[] {near, Math.nextUp(near), Math.nextDown(near)}) {
                if (x * factor == wanted) {
                    near = x;
                }
            }
            values[i] = near;
        }
        return Nd4j.createFromArray(values).reshape(parameter.shape());
    }

    private static void put(INDArray tensor, Term term, INDArray parameter) {
        long from = term.from();
        if (tensor.rank() == 1) {
            INDArray row = parameter.reshape(parameter.length());
            tensor.get(NDArrayIndex.interval(from, from + row.length())).assign(row);
            return;
        }
        long rows = parameter.size(0);
        long columns = parameter.size(1);
        switch (term.layout()) {
            case ROWS ->
                tensor.get(NDArrayIndex.interval(from, from + rows), NDArrayIndex.all())
                        .assign(parameter);
            case TURNED ->
                tensor.get(NDArrayIndex.interval(from, from + columns), NDArrayIndex.all())
                        .assign(parameter.transpose());
            case COLUMNS ->
                tensor.get(NDArrayIndex.all(), NDArrayIndex.interval(from, from + columns))
                        .assign(parameter);
            case EACH_ROW ->
                throw new IllegalStateException(
                        "a parameter must not be of one row for all alone; tensor=" + term.tensor());
        }
    }
}
