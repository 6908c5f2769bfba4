package io.github.performer4j.cli.show;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What libraries print to {@code System.out}, line by line, without the lines that say nothing to a user.
 *
 * <p>SameDiff announces every gradient graph it builds ({@code Added differentiated op …}), with no switch to stop it.
 */
public final class LibraryChatter extends OutputStream {
    private static final List<String> DROPPED = List.of("Added differentiated op");

    private final OutputStream out;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** Passes on to this stream what says something. */
    public LibraryChatter(OutputStream out) {
        this.out = out;
    }

    @Override
    public synchronized void write(int b) throws IOException {
        line.write(b);
        if (b == '\n') {
            end();
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        end();
        out.flush();
    }

    private void end() throws IOException {
        String text = line.toString(StandardCharsets.UTF_8);
        if (DROPPED.stream().noneMatch(text::startsWith)) {
            line.writeTo(out);
        }
        line.reset();
    }
}
