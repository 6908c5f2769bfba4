package io.github.performer4j.tuning.report;

/** Text as HTML and SVG take it. */
final class Html {
    private Html() {}

    /** Escapes what would be read as markup. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
