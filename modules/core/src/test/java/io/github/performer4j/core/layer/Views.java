package io.github.performer4j.core.layer;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The same values in other memory: what iterators, permutations and slices hand over. */
final class Views {
    private Views() {}

    /** Returns arrays equal to a plain one in every entry, by the name of their layout. */
    static Map<String, INDArray> of(INDArray plain) {
        Map<String, INDArray> views = new LinkedHashMap<>();
        views.put("f order", plain.dup('f'));
        views.put("permuted", permuted(plain));
        views.put("slice", slice(plain, 1));
        views.put("strided", slice(plain, 2));
        return views;
    }

    /** Returns arrays of other types equal to one of small whole numbers. */
    static Map<String, INDArray> typed(INDArray plain) {
        Map<String, INDArray> typed = new LinkedHashMap<>();
        for (DataType type : new DataType[] {
            DataType.DOUBLE,
            DataType.FLOAT,
            DataType.FLOAT16,
            DataType.BFLOAT16,
            DataType.INT64,
            DataType.INT32,
            DataType.INT16
        }) {
            typed.put(type.toString(), plain.castTo(type));
            typed.put(type + ", f order", plain.castTo(type).dup('f'));
            typed.put(type + ", slice", slice(plain.castTo(type), 1));
        }
        return typed;
    }

    private static INDArray permuted(INDArray plain) {
        int[] last = new int[plain.rank()];
        int[] back = new int[plain.rank()];
        for (int i = 0; i < last.length; i++) {
            last[i] = last.length - 1 - i;
            back[last[i]] = i;
        }
        return plain.permute(last).dup('c').permute(back);
    }

    private static INDArray slice(INDArray plain, int step) {
        long[] shape = plain.shape();
        long[] larger = Arrays.stream(shape).map(n -> 1 + step * n).toArray();
        INDArray all = Nd4j.create(plain.dataType(), larger, 'c');
        INDArrayIndex[] part = new INDArrayIndex[shape.length];
        for (int i = 0; i < shape.length; i++) {
            part[i] = NDArrayIndex.interval(1, step, 1 + step * shape[i]);
        }
        INDArray view = all.get(part);
        view.assign(plain);
        return view;
    }
}
