package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every file that is no model of ours is refused in one line that names it. */
class BadModelFileTest {
    @TempDir
    Path folder;

    private Path good;
    private Path bad;

    @BeforeEach
    void saveOne() throws IOException {
        PerformerModel model = Samples.masked(29);
        good = folder.resolve("good.zip");
        bad = folder.resolve("bad.zip");
        ModelFile.save(good, model.net(), model.info(), true, Map.of());
    }

    @Test
    void missing() {
        assertThatThrownBy(() -> ModelFile.load(bad))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("bad.zip")
                .hasMessageContaining("no such model file");
    }

    @Test
    void folder() {
        refused(folder, "expected=zip file, found=folder");
    }

    @Test
    void notAZip() throws IOException {
        Files.writeString(bad, ">protein\nMKV\n");
        refused(bad, "expected=model zip, found=no zip of 13 bytes");
    }

    @Test
    void empty() throws IOException {
        Files.createFile(bad);
        refused(bad, "found=no zip of 0 bytes");
    }

    @Test
    void truncatedAnywhere() throws IOException {
        byte[] whole = Files.readAllBytes(good);
        for (int length : new int[] {5, 101, whole.length / 2, whole.length - 23, whole.length - 1}) {
            Files.write(bad, Arrays.copyOf(whole, length));
            refused(bad, "truncated or damaged zip of " + length + " bytes");
        }
    }

    /** Java's ZipFile does not look at checksums; the weights must not come back changed. */
    @Test
    void aFlippedBitInTheWeights() throws IOException {
        rewrite(good, bad, ModelSerializer.COEFFICIENTS_BIN, bytes -> bytes);
        byte[] whole = Files.readAllBytes(bad);
        String asText = new String(whole, StandardCharsets.ISO_8859_1);
        int data = asText.indexOf(ModelSerializer.COEFFICIENTS_BIN) + ModelSerializer.COEFFICIENTS_BIN.length();
        whole[data + 400] ^= 1;
        Files.write(bad, whole);
        refused(bad, "the model file is damaged", "entry=coefficients.bin", "checksum differs");
    }

    @Test
    void anotherZip() throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bad))) {
            zip.putNextEntry(new ZipEntry("readme.txt"));
            zip.write(1);
        }
        refused(bad, "not a model", "expected entry=configuration.json");
    }

    @Test
    void aPlainDeeplearning4jModel() throws IOException {
        ModelSerializer.writeModel(Samples.masked(31).net(), bad.toFile(), true);
        refused(bad, "a plain Deeplearning4j model", "missing entry=performer4j.json");
    }

    @Test
    void aNewerFormatIsNamedWithItsWriter() throws IOException {
        rewrite(
                good,
                bad,
                ModelFile.ENTRY,
                json -> text(json)
                        .replace("\"formatVersion\" : 2", "\"formatVersion\" : 3, \"unheardOf\" : {}")
                        .replace(ModelFile.BUILD_VERSION, "9.9.9")
                        .getBytes(StandardCharsets.UTF_8));
        refused(bad, "newer format", "format=3 (written by performer4j 9.9.9)", "this build reads up to=2");
    }

    @Test
    void aMissingPart() throws IOException {
        rewrite(
                good,
                bad,
                ModelFile.ENTRY,
                json -> text(json).replace("\"tokenizer\"", "\"tokeniser\"").getBytes(StandardCharsets.UTF_8));
        refused(bad, "entry=performer4j.json", "a field is missing; field=tokenizer");
    }

    @Test
    void aDescriptionThatIsNoJson() throws IOException {
        rewrite(good, bad, ModelFile.ENTRY, json -> "{\"formatVersion\" : ".getBytes(StandardCharsets.UTF_8));
        refused(bad, "the model's description is damaged", "entry=performer4j.json");
    }

    @Test
    void weightsOfAnotherConfiguration() throws IOException {
        Path other = folder.resolve("other.zip");
        PerformerModel wider = Samples.masked(31, 12);
        ModelFile.save(other, wider.net(), wider.info(), true, Map.of());
        byte[] configuration = ModelFile.entry(other, ModelSerializer.CONFIGURATION_JSON);
        rewrite(good, bad, ModelSerializer.CONFIGURATION_JSON, json -> configuration);
        refused(bad, "the network cannot be restored");
    }

    /** NaN in one weight is NaN in every result. */
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void weightsThatAreNotFinite(float value) throws IOException {
        PerformerModel model = Samples.masked(29);
        model.net().getLayer("block-0").getParam("Wq").putScalar(1, 2, value);
        ModelFile.save(bad, model.net(), model.info(), false, Map.of());
        refused(bad, "weights must be finite", "parameter=block-0_Wq", "element=10", "value=" + value);
    }

    /** What a file says of its arrays asks for no memory: more numbers than the net has, than the entry has bytes, or than its shape has. */
    @Test
    void arraysThatAreNotThere() throws IOException {
        String name = ModelSerializer.COEFFICIENTS_BIN;
        long count = Samples.masked(29).net().numParams();
        for (long wrong : new long[] {1L << 40, Long.MAX_VALUE, -1, 0, count + 1}) {
            rewrite(good, bad, name, bytes -> withLength(bytes, count, wrong));
            refused(bad, "the model file is damaged", "entry=" + name);
        }
        rewrite(good, bad, name, bytes -> withShape(bytes, count));
        refused(bad, "an array's shape must be that of its numbers");
    }

    /** Writes another number of numbers in front of them. */
    private static byte[] withLength(byte[] bytes, long count, long wrong) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes.clone());
        for (int at = buffer.limit() - Math.toIntExact(4 * count) - Long.BYTES - 1; at >= 0; at--) {
            if (buffer.getLong(at) == count) { // the last before the numbers
                return buffer.putLong(at, wrong).array();
            }
        }
        throw new AssertionError("no length before the numbers");
    }

    /** Writes a longer row into the shape, the first place where the count stands. */
    private static byte[] withShape(byte[] bytes, long count) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes.clone());
        for (int at = 0; at < 400; at++) {
            if (buffer.getLong(at) == count) {
                return buffer.putLong(at, 1000 * count).array();
            }
        }
        throw new AssertionError("no shape");
    }

    /** An entry of a file of a few hundred KiB that would fill the heap, and one that is brackets alone. */
    @Test
    void entriesThatUnpackToTooMuch() throws IOException {
        try (OutputStream file = Files.newOutputStream(bad);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (String name : new String[] {ModelSerializer.CONFIGURATION_JSON, ModelFile.ENTRY}) {
                out.putNextEntry(new ZipEntry(name));
                byte[] zeros = new byte[1 << 20];
                for (int i = 0; name.equals(ModelFile.ENTRY) && i < 257; i++) {
                    out.write(zeros);
                }
            }
        }
        refused(bad, "the model file is damaged", "entry=performer4j.json", "more than 268435456 bytes");
        rewrite(
                good,
                bad,
                ModelSerializer.CONFIGURATION_JSON,
                json -> "[".repeat(1 << 20).getBytes(StandardCharsets.UTF_8));
        refused(bad, "the network cannot be restored");
    }

    @Test
    void aFullDiskLeavesTheEarlierFileAndNothingElse() throws IOException {
        byte[] before = Files.readAllBytes(good);
        assertThatThrownBy(() -> AtomicFile.write(good, out -> {
                    out.write(new byte[41]);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot save the file; file=" + good + ", bytes written=41, bytes free=")
                .hasMessageEndingWith("cause=No space left on device; the earlier file is untouched");
        assertThat(Files.readAllBytes(good)).isEqualTo(before);
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    /** The real thing where there is one: Linux' /dev/full refuses every byte with ENOSPC. */
    @Test
    @org.junit.jupiter.api.condition.EnabledOnOs(org.junit.jupiter.api.condition.OS.LINUX)
    void aDeviceWithoutSpace() throws IOException {
        byte[] before = Files.readAllBytes(good);
        Files.createSymbolicLink(folder.resolve("good.zip.tmp"), Path.of("/dev/full"));
        PerformerModel model = Samples.masked(37);
        assertThatThrownBy(() -> ModelFile.save(good, model.net(), model.info(), true, Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device; the earlier file is untouched");
        assertThat(Files.readAllBytes(good)).isEqualTo(before);
        assertThat(folder.resolve("good.zip.tmp")).doesNotExist();
    }

    private static void refused(Path file, String... parts) {
        assertThatThrownBy(() -> ModelFile.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("file=" + file)
                .hasMessageContainingAll(parts)
                .message()
                .doesNotContain("\n");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Copies a zip, one entry changed; uncompressed where the format allows, so that a byte can be hit. */
    private static void rewrite(Path from, Path to, String name, UnaryOperator<byte[]> change) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(from));
                OutputStream file = Files.newOutputStream(to);
                ZipOutputStream out = new ZipOutputStream(file)) {
            out.setLevel(0);
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] bytes = in.readAllBytes();
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(entry.getName().equals(name) ? change.apply(bytes) : bytes);
                out.closeEntry();
            }
        }
    }
}
