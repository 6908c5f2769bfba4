package io.github.performer4j.training.batch;

import java.util.List;
import org.deeplearning4j.datasets.iterator.MultiDataSetWrapperIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Batches of one input and one output, with the names of classes that evaluations print. */
final class SingleBatches extends MultiDataSetWrapperIterator {
    private final List<String> classes;

    /** Takes batches from an iterator; names are null where labels are no classes. */
    SingleBatches(MultiDataSetIterator iterator, List<String> classes) {
        super(iterator);
        this.classes = classes;
    }

    @Override
    public List<String> getLabels() {
        return classes;
    }
}
