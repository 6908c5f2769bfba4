package io.github.performer4j.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;

/**
 * A trained model in one file: Deeplearning4j's model zip with one more entry.
 *
 * <pre>
 * configuration.json   the graph                       Deeplearning4j's own entries:
 * coefficients.bin     parameters, float32             ComputationGraph.load(file, true) reads the file
 * updaterState.bin     state of the updater (optional)
 * performer4j.json     {formatVersion, performer4jVersion, task, model, data, tokenizer, counts, provenance, trainedTokens}
 * NAME                 more entries of the caller, such as the trainer's counters
 * </pre>
 *
 * <p>Equal models give equal files byte for byte. A file is replaced as a whole or not at all. Versions: a reader takes its own
 * format, and refuses newer ones and format 1, which no release wrote, by name.
 */
public final class ModelFile {
    /** The format of {@code performer4j.json} that this build writes. */
    public static final int FORMAT_VERSION = 2;

    /** The name of performer4j's entry. */
    public static final String ENTRY = "performer4j.json";

    /** The name of the entry that has a run's record of the model, where there is one: {@code {"primary", "figures": {…}, "baselines": {…}, "count"}}. */
    public static final String EVALUATION_ENTRY = "evaluation.json";

    /** The version of this build of performer4j. */
    public static final String BUILD_VERSION = buildVersion();

    private static final Set<String> RESERVED = Set.of(
            ENTRY,
            ModelSerializer.CONFIGURATION_JSON,
            ModelSerializer.COEFFICIENTS_BIN,
            ModelSerializer.UPDATER_BIN,
            ModelSerializer.NO_PARAMS_MARKER,
            ModelSerializer.NORMALIZER_BIN,
            ModelSerializer.PREPROCESSOR_BIN);

    private ModelFile() {}

    /**
     * Saves the model, replacing an earlier file of the name in one move.
     *
     * @param zip the file; its folder must exist
     * @param net the net, with its iteration and epoch counts
     * @param info what makes it a model of sequences
     * @param withUpdater true to keep the updater's state, which training on needs and which takes twice the parameters' room for
     *     Adam
     * @param moreEntries further entries by name, written in the map's order
     * @throws IllegalArgumentException if a further entry takes a reserved name
     * @throws IOException one line with path, bytes written and free, if the disk is full; the earlier file is untouched
     */
    public static void save(
            Path zip, ComputationGraph net, ModelInfo info, boolean withUpdater, Map<String, byte[]> moreEntries)
            throws IOException {
        for (String name : moreEntries.keySet()) {
            if (RESERVED.contains(name)) {
                throw new IllegalArgumentException("further entries must not take a reserved name; entry=" + name);
            }
        }
        AtomicFile.write(zip, out -> {
            ZipOutputStream stream = new ZipOutputStream(out);
            stream.setLevel(Deflater.BEST_SPEED); // parameters are noise to a compressor
            GraphZip.write(stream, net, withUpdater);
            GraphZip.write(stream, ENTRY, ModelInfoJson.write(info));
            for (Map.Entry<String, byte[]> entry : moreEntries.entrySet()) {
                GraphZip.write(stream, entry.getKey(), entry.getValue());
            }
            stream.finish();
        });
    }

    /**
     * Loads a model with its updater's state, if that was saved.
     *
     * @param zip the file
     * @return the model; its net continues training bit for bit where the saved one stood
     * @throws NoSuchFileException if there is no such file
     * @throws IOException one line that names the file, what was expected and what was found: not a zip, truncated, damaged, not
     *     Deeplearning4j's, without our entry, of another format, or with weights that are not finite
     */
    public static PerformerModel load(Path zip) throws IOException {
        try (ZipFile file = open(zip)) {
            ModelInfo info = info(file, zip);
            return new PerformerModel(GraphZip.read(file, zip), info);
        }
    }

    /**
     * Reads the information alone, without the net.
     *
     * @param zip the file
     * @return what {@link #load} would find beside the net
     * @throws IOException as {@link #load}
     */
    public static ModelInfo info(Path zip) throws IOException {
        try (ZipFile file = open(zip)) {
            return info(file, zip);
        }
    }

    /**
     * Reads one entry.
     *
     * @param zip the file
     * @param name the entry's name
     * @return its bytes, or null if there is none
     * @throws IOException one line that names the file, if it is no zip or damaged
     */
    public static byte[] entry(Path zip, String name) throws IOException {
        try (ZipFile file = open(zip)) {
            return file.getEntry(name) == null ? null : GraphZip.bytes(file, zip, name);
        }
    }

    private static ModelInfo info(ZipFile file, Path zip) throws IOException {
        if (file.getEntry(ModelSerializer.CONFIGURATION_JSON) == null) {
            throw new IOException("not a model; file=" + zip + ", expected entry=" + ModelSerializer.CONFIGURATION_JSON
                    + ", found=" + file.size() + " other entries");
        }
        if (file.getEntry(ENTRY) == null) {
            throw new IOException("a plain Deeplearning4j model, without performer4j's entry; file=" + zip
                    + ", missing entry=" + ENTRY + "; ComputationGraph.load reads it");
        }
        return ModelInfoJson.read(GraphZip.bytes(file, zip, ENTRY), zip);
    }

    private static ZipFile open(Path zip) throws IOException {
        if (!Files.exists(zip)) {
            throw new NoSuchFileException(zip.toString(), null, "there is no such model file");
        }
        if (Files.isDirectory(zip)) {
            throw new IOException("not a model; file=" + zip + ", expected=zip file, found=folder");
        }
        try {
            return new ZipFile(zip.toFile());
        } catch (ZipException | EOFException e) {
            String found = startsAsZip(zip) ? "truncated or damaged zip" : "no zip";
            throw new IOException(
                    "not a model; file=" + zip + ", expected=model zip, found=" + found + " of " + Files.size(zip)
                            + " bytes",
                    e);
        }
    }

    private static boolean startsAsZip(Path zip) throws IOException {
        try (InputStream in = Files.newInputStream(zip)) {
            return in.read() == 'P' && in.read() == 'K' && in.read() == 3 && in.read() == 4;
        }
    }

    private static String buildVersion() {
        try (InputStream in = ModelFile.class.getResourceAsStream("build.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("the jar's build.properties cannot be read", e);
        }
    }
}
