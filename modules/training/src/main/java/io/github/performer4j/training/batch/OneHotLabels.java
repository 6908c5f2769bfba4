package io.github.performer4j.training.batch;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.training.Rule;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Class ids as Deeplearning4j's evaluations read them. */
final class OneHotLabels {
    private OneHotLabels() {}

    /**
     * Replaces labels [B,1] by rows [B,C] with a 1 at the class; all 0 where the label mask hides the row.
     *
     * @param arrays of the batch
     * @param batch with class ids of one output
     * @param classes C
     * @return the same arrays with other labels
     * @throws IllegalArgumentException if the labels are something else
     */
    static BatchEncoder.Arrays of(BatchEncoder.Arrays arrays, Batch batch, int classes, DataType type) {
        Rule.that(
                batch.labels().size() == 1,
                "one-hot labels are for nets with labels of one output",
                "outputs",
                batch.labels().keySet());
        Column ids = batch.label();
        Rule.that(
                ids.ids() != null && ids.shape().length == 2 && ids.size(1) == 1,
                "labels must be class ids [B,1] to become one-hot; for labels of tokens there is the task's scorer",
                "labels",
                ids);
        float[] rows = new float[Math.multiplyExact(batch.size(), classes)];
        for (int b = 0; b < batch.size(); b++) {
            if (ids.mask() == null || ids.mask()[b]) {
                int id = ids.ids()[b];
                Rule.that(
                        id >= 0 && id < classes,
                        "a class id must be from 0 to below the number of classes",
                        "id",
                        id,
                        "classes",
                        classes,
                        "row",
                        b);
                rows[b * classes + id] = 1;
            }
        }
        INDArray labels =
                Nd4j.createFromArray(rows).reshape('c', batch.size(), classes).castTo(type); // [B,C]
        return new BatchEncoder.Arrays(
                arrays.features(), new INDArray[] {labels}, arrays.featureMasks(), arrays.labelMasks());
    }
}
