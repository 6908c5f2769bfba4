package io.github.performer4j.data.files;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which files of a path are read: one rule, for every command, for hashes too.
 *
 * <ul>
 *   <li>A file that is named is read, whatever its name.
 *   <li>A folder stands for the files in it, at any depth, whose names end like one of a set ({@code .gz} may follow; case does not count), in
 *       order of their names below the folder.
 *   <li>Links are followed, to files and to folders. A file that several names lead to is read once, under the first of them.
 *   <li>Left out are names that begin with a dot, other endings, and the folders that performer writes: a run ({@code config.json} beside
 *       {@code checkpoints/}) and a split ({@code split.json} beside a training side or {@code splits.tsv}). Only the folder that is named is never judged.
 *   <li>Data is read more than once, so a file must be one that can be: a pipe, a device, a link to nothing or a file without the right to
 *       read it is refused by name, not left out.
 * </ul>
 *
 * @param root the path as named
 * @param files what is read, in order
 * @param leftOut what the folder holds besides, in order; folders with a slash at the end, and not what is in them
 */
public record DataFolder(Path root, List<Path> files, List<String> leftOut) {
    private static final int NAMED = 3;

    /**
     * Lists a path.
     *
     * @param root a file or a folder
     * @param endings lower-case endings with the dot
     * @return its files; of a named file itself only
     * @throws DataFileException if the path, or a file that would be read, is missing or cannot be read again and again
     * @throws IOException if a folder cannot be listed
     */
    public static DataFolder of(Path root, List<String> endings) throws IOException {
        InputFiles.requireExists(root);
        if (!Files.isDirectory(root)) {
            InputFiles.requireFile(root);
            return new DataFolder(root, List.of(root), List.of());
        }
        Walk walk = new Walk(root, endings);
        Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, walk);
        Set<Path> known = new HashSet<>();
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, Path> found : walk.fitting.entrySet()) {
            InputFiles.requireFile(found.getValue());
            if (known.add(found.getValue().toRealPath())) {
                files.add(found.getValue());
            } else {
                walk.leftOut.add(found.getKey());
            }
        }
        return new DataFolder(root, List.copyOf(files), List.copyOf(walk.leftOut));
    }

    /**
     * Tells whether a file's name ends like one of a set, with or without {@code .gz}.
     *
     * @param path a file
     * @param endings lower-case endings with the dot
     * @return whether one fits
     */
    public static boolean hasEnding(Path path, List<String> endings) {
        String name =
                path.getFileName() == null ? "" : path.getFileName().toString().toLowerCase(Locale.ROOT);
        String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        return endings.stream().anyMatch(plain::endsWith);
    }

    /** Returns the name of a file below the root, with slashes on every system; of a named file its own name. */
    public String name(Path file) {
        return file.equals(root) ? String.valueOf(file.getFileName()) : relative(root, file);
    }

    /** Returns one line on what was left out, {@code left out 5 of 7: a.md, .x, old/, …}; empty if nothing was. */
    public String leftOutLine() {
        if (leftOut.isEmpty()) {
            return "";
        }
        return "left out " + leftOut.size() + " of " + (leftOut.size() + files.size()) + ": "
                + String.join(", ", leftOut.subList(0, Math.min(NAMED, leftOut.size())))
                + (leftOut.size() > NAMED ? ", …" : "");
    }

    private static String relative(Path root, Path path) {
        return root.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
    }

    /** Sorts what is below a folder into what fits and what is left out; both by their names. */
    private static final class Walk extends SimpleFileVisitor<Path> {
        private final Path root;
        private final List<String> endings;
        private final TreeMap<String, Path> fitting = new TreeMap<>();
        private final TreeSet<String> leftOut = new TreeSet<>();

        Walk(Path root, List<String> endings) {
            this.root = root;
            this.endings = endings;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (folder.equals(root) || !(hidden(folder) || written(folder))) {
                return FileVisitResult.CONTINUE;
            }
            leftOut.add(relative(root, folder) + "/");
            return FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!hidden(file) && hasEnding(file, endings)) {
                fitting.put(relative(root, file), file);
            } else {
                leftOut.add(relative(root, file));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path path, IOException cause) throws IOException {
            if (cause instanceof FileSystemLoopException) { // a link to a folder above: what is there is read anyway
                leftOut.add(relative(root, path) + "/");
                return FileVisitResult.CONTINUE;
            }
            throw new DataFileException(path.toString(), 0, "the folder must be readable; permission denied");
        }

        private static boolean hidden(Path path) {
            return path.getFileName().toString().startsWith(".");
        }

        private static boolean written(Path folder) {
            boolean run = Files.isRegularFile(folder.resolve("config.json"))
                    && Files.isDirectory(folder.resolve("checkpoints"));
            return run
                    || Files.isRegularFile(folder.resolve("split.json"))
                            && (Files.exists(folder.resolve("train.fasta.gz"))
                                    || Files.exists(folder.resolve("splits.tsv"))
                                    || Files.exists(folder.resolve("train.csv.gz"))
                                    || Files.isDirectory(folder.resolve("train")));
        }
    }
}
