package io.github.performer4j.gpu.verify;

/**
 * A row of the table.
 *
 * @param check what was looked at
 * @param result what was found
 * @param passed whether that is as it should be
 */
record Row(String check, String result, boolean passed) {
    static Row told(String check, String result) {
        return new Row(check, result, true);
    }

    @Override
    public String toString() {
        return "| " + check + " | " + result + " | " + (passed ? "ok" : "FAILED") + " |";
    }
}
