package io.github.performer4j.data;

import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.MaskedBatching;
import io.github.performer4j.data.rows.NextTokenBatching;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Made-up proteins and files for the tests of this module, and the way to the data that ship. */
public final class Samples {
    private Samples() {}

    /** Returns a random protein of the 20 standard residues. */
    public static String protein(long seed, int length) {
        CounterRandom draws = CounterRandom.of(seed, 1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(ProteinTokenizer.RESIDUES.charAt(draws.nextInt(ProteinTokenizer.STANDARD)));
        }
        return text.toString();
    }

    /** Replaces each residue with the given probability by a random one. */
    public static String mutate(String protein, double rate, long seed) {
        CounterRandom draws = CounterRandom.of(seed, 2);
        StringBuilder text = new StringBuilder(protein);
        for (int i = 0; i < text.length(); i++) {
            if (draws.nextDouble() < rate) {
                text.setCharAt(i, ProteinTokenizer.RESIDUES.charAt(draws.nextInt(ProteinTokenizer.STANDARD)));
            }
        }
        return text.toString();
    }

    /** Returns random proteins of lengths spread from 1 to the given one. */
    public static List<String> proteins(long seed, int count, int longest) {
        CounterRandom draws = CounterRandom.of(seed, 3);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(protein(seed + 1000 + i, 1 + draws.nextInt(longest)));
        }
        return all;
    }

    /** Writes proteins as FASTA with headers p0, p1, …. */
    public static Path fasta(Path file, List<String> proteins) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < proteins.size(); i++) {
            text.append(">p").append(i).append('\n').append(proteins.get(i)).append('\n');
        }
        return Files.writeString(file, text);
    }

    /** Packs text as gzip. */
    public static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Finds the folder datasets of the repository, from the module's folder or from the root. */
    public static Path datasets() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("datasets/manifest.json"))) {
                return at.resolve("datasets");
            }
        }
        throw new IllegalStateException("the tests must run inside the repository, which holds datasets/manifest.json");
    }

    /** Returns the language model that goes with a framing. */
    public static Batching batching(Framing framing) {
        return framing == Framing.BOTH ? new MaskedBatching(0.15) : new NextTokenBatching();
    }

    /** Collects a stream's batches and closes it. */
    static List<TokenBatch> all(BatchStream stream) throws IOException {
        List<TokenBatch> batches = new ArrayList<>();
        try (stream) {
            stream.forEachRemaining(batch -> batches.add(TokenBatch.of(batch)));
        }
        return batches;
    }
}
