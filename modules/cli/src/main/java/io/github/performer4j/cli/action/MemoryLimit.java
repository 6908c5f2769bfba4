package io.github.performer4j.cli.action;

import java.util.Locale;

/**
 * Memory that ran out: which of the three limits it was, and how to raise that one.
 *
 * <pre>
 * heap       -Xmx                                         objects of Java: data, tokens, text
 * native     -Dorg.bytedeco.javacpp.maxbytes              arrays that JavaCPP counts
 * process    -Dorg.bytedeco.javacpp.maxphysicalbytes      all that the process holds, heap included
 * </pre>
 */
final class MemoryLimit {
    private static final String NATIVE = "org.bytedeco.javacpp.maxbytes";
    private static final String PROCESS = "org.bytedeco.javacpp.maxphysicalbytes";
    private static final long MIB = 1L << 20;
    private static final String SMALLER = "make the model or its batches smaller (data.tokensPerBatch, data.maxTokens)";

    private MemoryLimit() {}

    /** Returns what to say, or null if memory was not the reason. */
    static String line(Throwable e) {
        String limit = null;
        String detail = null;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (message.contains("address == 0")) {
                return "out of memory: the system has no more to give; " + SMALLER;
            }
            if (message.contains("Requested array size")) {
                return "out of memory: an array of Java holds fewer than 2^31 values; " + SMALLER;
            }
            if (cause instanceof OutOfMemoryError || nativeFailure(message)) {
                detail = message.lines().findFirst().orElse(""); // the innermost knows best
                limit = limit(message, limit);
            }
        }
        return limit == null
                ? null
                : "out of memory: " + detail + "; raise the limit with PERFORMER_OPTS='" + limit + "', or " + SMALLER;
    }

    /** ND4J throws what its native code says. */
    private static boolean nativeFailure(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        return lower.contains("bad_alloc") || lower.contains("allocation failed");
    }

    private static String limit(String message, String otherwise) {
        if (message.contains("maxPhysicalBytes")) {
            return larger(PROCESS);
        }
        if (message.contains("maxBytes")) {
            return larger(NATIVE) + " " + larger(PROCESS);
        }
        if (message.contains("heap") || message.contains("GC overhead") || message.contains("direct buffer")) {
            return "-Xmx" + 2 * (Runtime.getRuntime().maxMemory() / MIB) + "m";
        }
        return otherwise != null
                ? otherwise
                : "-Xmx" + 2 * (Runtime.getRuntime().maxMemory() / MIB) + "m " + larger(NATIVE) + " " + larger(PROCESS);
    }

    /** Returns the flag with twice the value that the process was started with. */
    private static String larger(String property) {
        String now = System.getProperty(property, "").strip();
        int digits = 0;
        while (digits < now.length() && Character.isDigit(now.charAt(digits))) {
            digits++;
        }
        String twice = digits == 0 || digits > 17 || now.equals("0")
                ? "16g"
                : 2 * Long.parseLong(now.substring(0, digits)) + now.substring(digits);
        return "-D" + property + "=" + twice;
    }
}
