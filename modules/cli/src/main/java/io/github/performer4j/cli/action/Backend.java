package io.github.performer4j.cli.action;

/** Recognises that ND4J found no backend, or its backend no binary for this machine, and says so in a user's words. */
final class Backend {
    private Backend() {}

    /** True if the failure comes from loading ND4J. */
    static boolean missing(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof UnsatisfiedLinkError
                    || cause instanceof NoClassDefFoundError && message.contains("org/nd4j")
                    || cause instanceof NoClassDefFoundError && message.contains("org.nd4j")
                    || cause.getClass().getSimpleName().equals("NoAvailableBackendException")) {
                return true;
            }
        }
        return false;
    }

    static String message() {
        return "ND4J has no backend for this machine in this build; os=" + System.getProperty("os.name") + ", arch="
                + System.getProperty("os.arch") + ", Java=" + System.getProperty("java.version")
                + "; build with -Dnd4j.classifier=<system> (such as linux-x86_64, macosx-x86_64, windows-x86_64)";
    }
}
