package io.github.performer4j.data.datavec;

import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.example.Transforms;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What foreign readers of records give, with their faults named: DataVec's readers throw unchecked exceptions for
 * damaged files.
 */
final class RecordSource {
    private RecordSource() {}

    /** Returns whether there is a record behind those read so far. */
    static boolean hasNext(RecordReader reader, String path, long read) throws IOException {
        return read(reader::hasNext, path, read + 1);
    }

    /** Reads something of a record; faults become a {@link DataFileException}; an interrupt stays one. */
    static <T> T read(Supplier<T> source, String path, long record) throws IOException {
        try {
            return source.get();
        } catch (RuntimeException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof DataFileException || cause instanceof ClosedByInterruptException) {
                    throw (IOException) cause;
                }
            }
            throw new DataFileException(path, record, "a record must be readable; found " + Transforms.told(e));
        }
    }

    /** Returns names for columns that have none: their places. */
    static List<String> places(int width) {
        return IntStream.range(0, width).mapToObj(Integer::toString).toList();
    }

    /** Returns the shape of an image [1,C,H,W] or [C,H,W]; null for arrays of fewer dimensions. */
    static ImageShape shape(INDArray array, String path, long record) throws DataFileException {
        if (array.rank() <= 2) {
            return null;
        }
        long[] size = array.shape();
        int last = size.length - 1;
        if (array.rank() > 4 || (array.rank() == 4 && size[0] != 1)) {
            throw new DataFileException(
                    path, record, "an image must be [1,C,H,W] or [C,H,W]; found " + Arrays.toString(size));
        }
        try {
            return new ImageShape(
                    Math.toIntExact(size[last - 1]), Math.toIntExact(size[last]), Math.toIntExact(size[last - 2]));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new DataFileException(path, record, e.getMessage());
        }
    }

    /** Returns the values of an array [1,T] or [T], or of an image pixel by pixel [H·W·C]; whole numbers from 0. */
    static int[] symbols(INDArray array, ImageShape shape, String column, String path, long record)
            throws DataFileException {
        INDArray pixels = shape == null
                ? array
                : array.reshape(shape.channels(), shape.height(), shape.width()).permute(1, 2, 0); // [H,W,C]
        double[] values = pixels.dup('c').data().asDouble();
        int[] symbols = new int[values.length];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = (int) values[i];
            if (symbols[i] != values[i] || symbols[i] < 0) {
                throw new DataFileException(
                        path,
                        record,
                        "symbols must be whole numbers from 0; column=" + column + ", place=" + i + ", found="
                                + values[i]);
            }
        }
        return symbols;
    }

    /** Returns a value as text; the empty text for none at all. */
    static String text(Writable value, String column, String path, long record) throws DataFileException {
        if (value instanceof NDArrayWritable) {
            throw new DataFileException(
                    path, record, "a value must be text or a number; column=" + column + ", found=an array");
        }
        return value == null || value instanceof NullWritable ? "" : value.toString();
    }
}
