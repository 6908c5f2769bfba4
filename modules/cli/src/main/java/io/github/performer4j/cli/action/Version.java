package io.github.performer4j.cli.action;

import io.github.performer4j.checkpoint.ModelFile;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} shows: this build and the Java that runs it. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "performer4j " + ModelFile.BUILD_VERSION + " (model format " + ModelFile.FORMAT_VERSION + ")",
            "Java " + System.getProperty("java.version") + ", " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch")
        };
    }
}
