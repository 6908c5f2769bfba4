package io.github.performer4j.checkpoint.onnx;

import io.github.performer4j.core.program.TokenContext;
import java.util.List;
import onnx.Onnx;

/** What a token's vector depends on beside its own id, see {@link TokenContext}: of ids, int64 [B,T], for any B and T. */
final class OnnxContext {
    private OnnxContext() {}

    /** Returns 0 up to the first separator and 1 behind it, int64 [B,T]. */
    static String types(OnnxNodes g, String ids, TokenContext.Texts texts) {
        String before = g.node(
                "CumSum", List.of(OnnxNodes.attribute("exclusive", 1)), is(g, ids, texts.separator()), g.integer(1));
        return g.cast(g.node("Greater", before, g.number(0)), Onnx.TensorProto.DataType.INT64);
    }

    /** Returns n/(n − h), n real tokens of a row, h of them hidden, and 0 for hidden ones, float32 [B,T]. */
    static String factors(OnnxNodes g, String ids, TokenContext.Hidden hidden, OnnxMask mask) {
        String is = is(g, ids, hidden.token());
        String counted = mask.real() == null ? is : g.node("Mul", is, mask.real());
        String h = g.sum(counted, 1); // [B,1]
        String n = mask.real() == null ? g.asFloat(mask.tokens()) : g.sum(mask.real(), 1);
        String others = g.node("Max", g.node("Sub", n, h), g.number(1));
        return g.node("Mul", g.node("Sub", g.number(1), counted), g.node("Div", n, others));
    }

    /** Returns 1 for tokens of an id, float32 [B,T]. */
    private static String is(OnnxNodes g, String ids, int token) {
        return g.asFloat(g.node("Equal", ids, g.integer(token)));
    }
}
