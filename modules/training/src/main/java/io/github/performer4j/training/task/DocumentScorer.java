package io.github.performer4j.training.task;

import io.github.performer4j.data.rows.Batch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Figures over documents, whose windows are {@link Pooled}; a net that has diverged has a primary figure that is no number. */
abstract class DocumentScorer implements Scorer<List<Pooled.Window>> {
    private final String primary;
    private final boolean higherIsBetter;
    private final Pooled pooled = new Pooled();
    private final List<List<Double>> bag;
    private Map<String, byte[]> pictures = Map.of();

    /**
     * Begins.
     *
     * @param primary name of the primary figure
     * @param higherIsBetter its direction
     * @param bag weights of {@link NodeBag}, a baseline; null for none
     */
    DocumentScorer(String primary, boolean higherIsBetter, List<List<Double>> bag) {
        this.primary = primary;
        this.higherIsBetter = higherIsBetter;
        this.bag = bag;
    }

    /**
     * What came of the documents.
     *
     * @param figures by name
     * @param baselines of the primary figure
     * @param count of documents
     * @param pictures by name of their files
     */
    record Measured(
            Map<String, Double> figures, Map<String, Double> baselines, long count, Map<String, byte[]> pictures) {}

    /** Measures all documents, of which there is at least one; all outputs are numbers. */
    abstract Measured measure(Pooled documents);

    /** Returns baselines with the bag of nodes behind them, if there is one. */
    final Map<String, Double> withBag(Map<String, Double> baselines, Supplier<Double> value) {
        if (bag == null) {
            return baselines;
        }
        Map<String, Double> more = new LinkedHashMap<>(baselines);
        more.put("bagOfNodes", value.get());
        return more;
    }

    /** Returns the name of the primary figure. */
    final String primary() {
        return primary;
    }

    @Override
    public final List<Pooled.Window> part(INDArray output, Batch batch) {
        return Pooled.windows(output, batch, bag);
    }

    @Override
    public final void add(List<Pooled.Window> part) {
        pooled.add(part);
    }

    @Override
    public final Evaluation evaluation() {
        if (pooled.isEmpty()) {
            throw new IllegalArgumentException("the evaluation data must have a labelled example; examples=0");
        }
        if (!pooled.finite()) {
            return new Evaluation(primary, higherIsBetter, Map.of(primary, Double.NaN), Map.of(), 0);
        }
        Measured measured = measure(pooled);
        pictures = measured.pictures();
        return new Evaluation(primary, higherIsBetter, measured.figures(), measured.baselines(), measured.count());
    }

    @Override
    public final Map<String, byte[]> pictures() {
        return pictures;
    }
}
