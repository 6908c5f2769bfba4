package io.github.performer4j.training.run;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that one run at a time writes to, of this process and of all others.
 *
 * <pre>
 * run.lock   empty, locked by the system as long as the run lives: a process that is killed leaves no lock behind
 * run.pid    who holds the lock, for the message to the next one; gone when the lock is given back
 * </pre>
 */
public final class FolderLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);

    /** Names of the two files. */
    public static final Set<String> FILES = Set.of("run.lock", "run.pid");

    /** What this process holds. POSIX gives a lock back when its process closes any channel to the file, so no second one may be opened. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private Path held;
    private FileChannel channel;

    /**
     * Names the folder; nothing happens yet.
     *
     * @param folder may not exist
     */
    public FolderLock(Path folder) {
        this.folder = folder;
    }

    /**
     * Takes the folder, which is made if there is none. A second call does nothing.
     *
     * @throws IllegalArgumentException naming the process, if another run has it
     * @throws IOException if the folder cannot be made or written to
     */
    public void take() throws IOException {
        if (held != null) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        Path real = folder.toRealPath();
        if (!HELD.add(real)) {
            throw busy(real);
        }
        held = real;
        try {
            channel = FileChannel.open(real.resolve("run.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                throw busy(real);
            }
        } catch (IOException | RuntimeException e) {
            release();
            throw e;
        }
        Whole.write(
                real.resolve("run.pid"),
                Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8));
    }

    private boolean locked(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (FileLockInterruptionException | ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn(
                    "the file system knows no locks, so nothing keeps a second run out; folder={}, cause={}",
                    folder,
                    e.getMessage());
            return true;
        }
    }

    private IllegalArgumentException busy(Path real) {
        String who = "unknown";
        String since = "unknown";
        try {
            Path holder = real.resolve("run.pid");
            who = Files.readString(holder).strip();
            since = Files.getLastModifiedTime(holder)
                    .toInstant()
                    .truncatedTo(ChronoUnit.SECONDS)
                    .toString();
        } catch (IOException e) {
            LOG.debug("the holder of a lock has not written its name yet; folder={}", real);
        }
        return new IllegalArgumentException(
                "a folder takes one run at a time; folder=" + folder + ", pid=" + who + ", since=" + since);
    }

    /** Gives the folder back. */
    @Override
    public void close() throws IOException {
        if (held != null) {
            try {
                Files.deleteIfExists(held.resolve("run.pid"));
            } finally {
                release();
            }
        }
    }

    private void release() throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            channel = null;
            HELD.remove(held);
            held = null;
        }
    }
}
