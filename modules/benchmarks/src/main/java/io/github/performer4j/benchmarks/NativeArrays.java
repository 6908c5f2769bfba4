package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J arrays from and to a tensor's file. */
final class NativeArrays {
    private NativeArrays() {}

    /** Reads a tensor into a new row-major float32 array. */
    static INDArray read(Path folder, Tensor tensor) throws IOException {
        INDArray array = Nd4j.createUninitialized(DataType.FLOAT, tensor.dimensions());
        FloatPointer values = values(array);
        TensorFiles.read(TensorFiles.file(folder, tensor.name()), tensor.length(), (offset, piece, n) -> {
            values.position(offset).put(piece, 0, n);
        });
        return array;
    }

    /** Reads a tensor into a new row-major array of a type. */
    static INDArray read(Path folder, Tensor tensor, DataType type) throws IOException {
        INDArray array = read(folder, tensor);
        if (type == DataType.FLOAT) {
            return array;
        }
        INDArray cast = array.castTo(type);
        array.close();
        return cast;
    }

    /** Writes an array under a name, row-major, rounded to float32. */
    static void write(Path folder, String name, INDArray array) throws IOException {
        INDArray plain = array.dup('c'); // views of flat parameters have offsets and orders of their own
        if (plain.dataType() != DataType.FLOAT) {
            INDArray rounded = plain.castTo(DataType.FLOAT);
            plain.close();
            plain = rounded;
        }
        write(folder, name, values(plain), plain.length());
        plain.close();
    }

    private static void write(Path folder, String name, FloatPointer values, long length) throws IOException {
        TensorFiles.write(TensorFiles.file(folder, name), length, (offset, piece, n) -> {
            values.position(offset).get(piece, 0, n);
        });
    }

    private static FloatPointer values(INDArray array) {
        return new FloatPointer(array.data().addressPointer()).limit(array.length());
    }
}
