package io.github.performer4j.checkpoint.onnx;

/**
 * Where tokens stand and which are real.
 *
 * @param real 1 for real tokens and 0 for padding, float32 [B,T]; null if all are real
 * @param rows the same, [B,1,T,1]; null likewise
 * @param tokens T, int64 [1]
 * @param before tokens of the sequence that came in earlier calls, int64 [1]; null if it is whole
 */
record OnnxMask(String real, String rows, String tokens, String before) {

    static OnnxMask of(OnnxNodes g, String real, String tokens, String before) {
        return new OnnxMask(real, real == null ? null : g.reshape(real, 0, 1, -1, 1), tokens, before);
    }

    /** Returns the places of the tokens in their sequence, int64 [T]. */
    String places(OnnxNodes g) {
        String here = g.range(tokens);
        return before == null ? here : g.node("Add", here, before);
    }

    /** Returns 1 for real tokens, [B,T,1]; null if all are real. */
    String column(OnnxNodes g) {
        return real == null ? null : g.node("Unsqueeze", real, g.ints(2));
    }
}
