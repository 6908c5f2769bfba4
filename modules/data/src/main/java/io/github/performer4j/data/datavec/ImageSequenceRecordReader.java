package io.github.performer4j.data.datavec;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import java.util.ArrayList;
import java.util.List;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Writable;

/**
 * Images as DataVec sequences: a time step for each pixel in raster order, as many columns as channels,
 * {@link IntWritable} 0 to 255; and the label.
 *
 * <pre>
 * PIXELS_AND_LABEL   every step has one more column, the label: SequenceRecordReaderDataSetIterator with one reader
 * PIXELS             the pixels only
 * LABEL              one step, the label: the second reader of the same iterator, aligned at the end
 * </pre>
 *
 * As plain records ({@link #next()}) all steps stand in one row.
 */
public final class ImageSequenceRecordReader extends ExampleLocations implements SequenceSteps<ExampleLocations.Item> {
    /** What a sequence holds. */
    public enum Part {
        /** Pixels, and the label at every step. */
        PIXELS_AND_LABEL,
        /** Pixels only. */
        PIXELS,
        /** One step with the label. */
        LABEL
    }

    private final Part part;

    /**
     * Chooses format and content.
     *
     * @param format the name of a format of images
     * @param columns what stands where, and the size of images
     * @param classes the labels in the order of their numbers; may be empty for {@link Part#PIXELS} only
     * @param part what a sequence holds
     * @throws IllegalArgumentException if there is no such format, or classes are missing
     */
    public ImageSequenceRecordReader(String format, ExampleColumns columns, List<String> classes, Part part) {
        super(format, columns, classes);
        this.part = part;
        if (part != Part.PIXELS && classes.isEmpty()) {
            throw new IllegalArgumentException("labels need classes to be numbered by; part=" + part + ", classes=[]");
        }
    }

    @Override
    public List<List<Writable>> steps(Item item) {
        Example example = item.example();
        if (example.symbols() == null || item.shape() == null) {
            throw new IllegalArgumentException("sequences of pixels need images; id=" + example.id());
        }
        List<Writable> labels = new ArrayList<>();
        if (part != Part.PIXELS) {
            if (example.labels().size() != 1) {
                throw new IllegalArgumentException(
                        "an image must have one label; id=" + example.id() + ", labels=" + example.labels());
            }
            labels.add(label(example, example.labels().get(0)));
        }
        if (part == Part.LABEL) {
            return List.of(labels);
        }
        int channels = item.shape().channels();
        List<List<Writable>> steps = new ArrayList<>(example.symbols().length / channels);
        for (int at = 0; at < example.symbols().length; at += channels) {
            List<Writable> step = new ArrayList<>(channels + labels.size());
            for (int c = 0; c < channels; c++) {
                step.add(new IntWritable(example.symbols()[at + c]));
            }
            step.addAll(labels);
            steps.add(step);
        }
        return steps;
    }

    @Override
    List<Writable> columns(Item item) {
        return steps(item).stream().flatMap(List::stream).toList();
    }
}
