package io.github.performer4j.checkpoint;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.nd4j.common.primitives.Triple;
import org.nd4j.linalg.api.buffer.BaseDataBuffer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.options.ArrayOptionsHelper;
import org.nd4j.linalg.compression.CompressedDataBuffer;
import org.nd4j.linalg.factory.Nd4j;

/** Reads what {@link Nd4j#write} wrote, as {@link Nd4j#read} does, which asks the stream for each number by itself: float32 in large pieces, everything else by ND4J. */
final class ArrayReading {
    /** Numbers that are read at a time. */
    private static final int PIECE = 1 << 14;

    private static final int MOST_RANK = 32;

    private ArrayReading() {}

    /**
     * Reads an array.
     *
     * @param most numbers that it may have
     * @param bytes that the stream may have, so that memory is not asked for by what the stream says of itself
     * @throws IOException if the stream ends before the array does, holds none or another one than it says
     */
    static INDArray read(DataInputStream in, long most, long bytes) throws IOException {
        Triple<DataBuffer.AllocationMode, Long, DataType> header = BaseDataBuffer.readHeader(in);
        if (header.getMiddle() < 4 || header.getMiddle() > 4 + 2 * MOST_RANK || header.getRight() != DataType.INT64) {
            throw new IOException("an array must have a shape; numbers of it=" + header.getMiddle() + " of type "
                    + header.getRight());
        }
        DataBuffer shape = Nd4j.createBufferDetached(new long[] {header.getMiddle()}, header.getRight());
        shape.read(in, header.getLeft(), header.getMiddle(), header.getRight());
        Triple<DataBuffer.AllocationMode, Long, DataType> content = BaseDataBuffer.readHeader(in);
        if (ArrayOptionsHelper.dataType(shape.asLong()) != content.getRight()) {
            throw new IOException("an array's shape and its numbers must be of one type; found=" + content.getRight());
        }
        long length = content.getMiddle();
        if (!content.getRight().isFPType()
                || length < 1
                || length > most
                || length > bytes / content.getRight().width()) {
            throw new IOException("an array must be floats, as many as there is room and use for; numbers=" + length
                    + " of type " + content.getRight() + ", use=" + most + ", bytes=" + bytes);
        }
        requireShape(shape.asLong(), length);
        // Elsewhere than on the CPU ND4J itself must write, to know that the device's copy is old.
        boolean plain = content.getLeft() == DataBuffer.AllocationMode.MIXED_DATA_TYPES
                && content.getRight() == DataType.FLOAT
                && Nd4j.getBackend().getClass().getSimpleName().startsWith("Cpu");
        DataBuffer data = plain
                ? floats(in, content.getMiddle())
                : CompressedDataBuffer.readUnknown(in, content.getLeft(), content.getMiddle(), content.getRight());
        return Nd4j.createArrayFromShapeBuffer(data, shape);
    }

    /** Checks {@code rank, sizes, strides, options, step, order}: sizes multiply to the length, and no place lies outside. */
    private static void requireShape(long[] shape, long length) throws IOException {
        long rank = shape[0];
        boolean fits = rank >= 0 && shape.length == 4 + 2 * rank;
        long product = 1;
        long last = 0;
        for (int i = 1; fits && i <= rank; i++) {
            long size = shape[i];
            long stride = shape[(int) rank + i];
            fits = size >= 1 && size <= length && product <= length && stride >= 0 && stride <= length;
            product *= fits ? size : 1;
            last += fits ? (size - 1) * stride : 0;
            fits = fits && last < length;
        }
        if (!fits || product != length) {
            throw new IOException("an array's shape must be that of its numbers; shape=" + Arrays.toString(shape)
                    + ", numbers=" + length);
        }
    }

    /** Big-endian, as Java's streams write them. */
    private static DataBuffer floats(DataInputStream in, long length) throws IOException {
        DataBuffer data = Nd4j.createBufferDetached(new long[] {length}, DataType.FLOAT);
        FloatIndexer numbers = (FloatIndexer) data.indexer();
        byte[] bytes = new byte[4 * PIECE];
        float[] piece = new float[PIECE];
        for (long done = 0; done < length; ) {
            int n = (int) Math.min(PIECE, length - done);
            in.readFully(bytes, 0, 4 * n);
            ByteBuffer.wrap(bytes).asFloatBuffer().get(piece, 0, n);
            numbers.put(done, piece, 0, n);
            done += n;
        }
        return data;
    }
}
