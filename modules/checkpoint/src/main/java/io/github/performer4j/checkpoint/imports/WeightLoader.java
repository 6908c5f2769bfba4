package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.weights.WeightTensor;
import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Fills the parameters of a net by a {@link Blueprint}: all faults of names and shapes are told at once, before anything is read. */
final class WeightLoader {
    private final Blueprint blueprint;
    private final Weights weights;
    private final boolean bodyOnly;
    private final Map<String, List<String>> targets = new LinkedHashMap<>();
    private final List<ImportReport.Line> leftOut = new ArrayList<>();

    private WeightLoader(Blueprint blueprint, Weights weights, boolean bodyOnly) {
        this.blueprint = blueprint;
        this.weights = weights;
        this.bodyOnly = bodyOnly;
    }

    /**
     * Fills a net.
     *
     * @param net initialised
     * @param bodyOnly whether tensors that the family does not know are left out, instead of refused
     * @return what became of each tensor
     * @throws DataFileException if a tensor is missing, unknown, of another shape or no floating-point numbers; or a value is not finite
     */
    static ImportReport load(ComputationGraph net, Blueprint blueprint, Weights weights, boolean bodyOnly)
            throws IOException {
        return new WeightLoader(blueprint, weights, bodyOnly).load(net.paramTable());
    }

    private ImportReport load(Map<String, INDArray> net) throws IOException {
        check(net);
        List<String> zeros = new ArrayList<>();
        for (Map.Entry<String, List<Term>> entry : blueprint.parameters().entrySet()) {
            INDArray array = net.get(entry.getKey());
            array.assign(0);
            if (entry.getValue().isEmpty()) {
                zeros.add(entry.getKey());
            }
            for (Term term : entry.getValue()) {
                ParameterFilling.add(array, term, weights.tensor(term.tensor()), weights.origin());
            }
        }
        List<ImportReport.Line> mapped = new ArrayList<>();
        for (WeightTensor tensor : weights.tensors()) {
            if (targets.containsKey(tensor.name())) {
                mapped.add(line(tensor, String.join(" + ", targets.get(tensor.name()))));
            }
        }
        TreeSet<String> fresh = new TreeSet<>(net.keySet());
        fresh.removeAll(blueprint.parameters().keySet());
        return new ImportReport(mapped, leftOut, zeros, List.copyOf(fresh), blueprint.notes());
    }

    private void check(Map<String, INDArray> net) throws IOException {
        TreeSet<String> missing = new TreeSet<>();
        TreeSet<String> mismatched = new TreeSet<>();
        Set<String> known = new HashSet<>();
        blueprint.parameters().forEach((parameter, terms) -> {
            INDArray array = net.get(parameter);
            if (array == null) {
                throw new IllegalStateException("a blueprint must name parameters of its model; parameter=" + parameter
                        + ", known=" + net.keySet());
            }
            for (Term term : terms) {
                WeightTensor tensor = weights.tensor(term.tensor());
                if (tensor == null) {
                    missing.add(term.tensor());
                } else if (!tensor.shape().equals(term.shape())
                        || !tensor.type().floating()) {
                    mismatched.add(tensor + " (expected " + term.shape() + ")");
                    known.add(tensor.name());
                } else {
                    targets.computeIfAbsent(tensor.name(), name -> new ArrayList<>())
                            .add(target(parameter, array, term));
                }
            }
        });
        TreeSet<String> unknown = new TreeSet<>();
        for (WeightTensor tensor : weights.tensors()) {
            if (!targets.containsKey(tensor.name())) {
                String reason = reason(tensor);
                if (reason == null && !bodyOnly) {
                    unknown.add(tensor.name());
                }
                leftOut.add(line(tensor, reason == null ? "unknown to the family" : reason));
            }
        }
        unknown.removeAll(known);
        if (!missing.isEmpty() || !mismatched.isEmpty() || !unknown.isEmpty()) {
            throw new DataFileException(
                    weights.origin(),
                    0,
                    "tensors must be those of the configuration; missing=" + TensorNames.listed(missing)
                            + ", of another shape or type="
                            + TensorNames.listed(mismatched) + ", unknown=" + TensorNames.listed(unknown)
                            + (unknown.isEmpty() ? "" : "; a head or an adapter can be left out, by --body-only"));
        }
    }

    private static String target(String parameter, INDArray array, Term term) {
        long columns = array.size(-1);
        long rows = array.length() / columns;
        boolean whole = term.whole(rows, columns);
        return switch (term.layout()) {
            case ROWS ->
                whole
                        ? parameter
                        : parameter + " (from " + term.from() + ", "
                                + (term.shape().size() == 1 ? columns : rows) + " of "
                                + term.shape().get(0) + ")";
            case TURNED, COLUMNS ->
                whole ? parameter : parameter + " (outputs from " + term.from() + ", " + columns + ")";
            case EACH_ROW -> parameter + " (row " + term.from() + ", added to each)";
        };
    }

    private String reason(WeightTensor tensor) {
        for (Map.Entry<String, String> entry : blueprint.leftOut().entrySet()) {
            if (tensor.name().matches(entry.getKey())) {
                return entry.getValue();
            }
        }
        if (!tensor.type().floating()) {
            return "integers are no weights";
        }
        boolean constant = tensor.name().startsWith("/") || tensor.name().startsWith("onnx::");
        return constant && tensor.elements() <= 1 ? "a constant of the graph" : null;
    }

    private static ImportReport.Line line(WeightTensor tensor, String what) {
        return new ImportReport.Line(tensor.name(), tensor.type().name(), tensor.shape(), what);
    }
}
