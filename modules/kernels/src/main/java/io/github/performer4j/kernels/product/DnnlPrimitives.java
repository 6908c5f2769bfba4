package io.github.performer4j.kernels.product;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_data_type_undef;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_matmul_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_sum;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_post_ops;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_scratchpad_mode;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reorder_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_scratchpad_mode_user;

import io.github.performer4j.kernels.product.DnnlPrimitive.Operand;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** oneDNN's products and copies of bfloat16 values, each made when its shape first comes and kept. */
final class DnnlPrimitives {

    /**
     * A matrix as it lies.
     *
     * @param down values from a row to the next
     * @param right values from a column to the next; one of both is 1
     */
    record Layout(int rows, int columns, int down, int right) {
        /** Rows one after the other. */
        static Layout of(int rows, int columns) {
            return new Layout(rows, columns, columns, 1);
        }

        Layout transposed() {
            return new Layout(columns, rows, right, down);
        }
    }

    /** {@code c = a b}, or {@code c = c + a b}: a and b in bfloat16, c in float32. */
    private record Product(Layout a, Layout b, Layout c, boolean adds) {}

    /** A copy from float32, rounded. */
    private record Copy(Layout from, Layout to) {}

    private final Map<Record, DnnlPrimitive> made = new ConcurrentHashMap<>();

    /** Returns {@code c = a b}, or {@code c = c + a b}, of memory a and b in bfloat16, c in float32. */
    DnnlPrimitive product(Layout a, Layout b, Layout c, boolean adds) {
        Product key = new Product(a, b, c, adds);
        DnnlPrimitive known = made.get(key);
        return known != null ? known : made.computeIfAbsent(key, k -> make(key));
    }

    /** Returns a copy of float32 values to bfloat16, of memory from and to. */
    DnnlPrimitive rounded(Layout from, Layout to) {
        Copy key = new Copy(from, to);
        DnnlPrimitive known = made.get(key);
        return known != null ? known : made.computeIfAbsent(key, k -> copy(from, to));
    }

    private DnnlPrimitive copy(Layout from, Layout rounded) {
        dnnl_memory_desc source = layout(dnnl_f32, from);
        dnnl_memory_desc to = layout(dnnl_bf16, rounded);
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        dnnl_primitive_attr attributes = attributes(false);
        check(
                dnnl_reorder_primitive_desc_create(
                        description, source, DnnlPrimitive.engine(), to, DnnlPrimitive.engine(), attributes),
                "round a matrix");
        DnnlPrimitive copy =
                new DnnlPrimitive(description, new Operand(DNNL_ARG_FROM, source), new Operand(DNNL_ARG_TO, to));
        dnnl_primitive_attr_destroy(attributes);
        return copy;
    }

    private DnnlPrimitive make(Product key) {
        dnnl_memory_desc a = layout(dnnl_bf16, key.a);
        dnnl_memory_desc c = layout(dnnl_f32, key.c);
        dnnl_memory_desc b = layout(dnnl_bf16, key.b);
        dnnl_primitive_attr attributes = attributes(key.adds);
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        check(
                dnnl_matmul_primitive_desc_create(description, DnnlPrimitive.engine(), a, b, null, c, attributes),
                "multiply in bfloat16");
        DnnlPrimitive product = new DnnlPrimitive(
                description,
                new Operand(DNNL_ARG_SRC, a),
                new Operand(DNNL_ARG_WEIGHTS, b),
                new Operand(DNNL_ARG_DST, c));
        dnnl_primitive_attr_destroy(attributes);
        return product;
    }

    private static dnnl_primitive_attr attributes(boolean adds) {
        dnnl_primitive_attr attributes = new dnnl_primitive_attr();
        check(dnnl_primitive_attr_create(attributes), "make attributes");
        check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "leave scratch memory");
        if (adds) {
            dnnl_post_ops after = new dnnl_post_ops();
            check(dnnl_post_ops_create(after), "make operations that follow");
            check(dnnl_post_ops_append_sum(after, 1, 0, dnnl_data_type_undef), "add");
            check(dnnl_primitive_attr_set_post_ops(attributes, after), "add");
            dnnl_post_ops_destroy(after);
        }
        return attributes;
    }

    private static dnnl_memory_desc layout(int type, Layout layout) {
        dnnl_memory_desc made = new dnnl_memory_desc();
        long[] sizes = {layout.rows, layout.columns};
        long[] strides = {layout.down, layout.right};
        check(dnnl_memory_desc_create_with_strides(made, 2, sizes, type, strides), "describe a matrix");
        return made;
    }

    private static void check(int status, String what) {
        DnnlPrimitive.check(status, what);
    }
}
