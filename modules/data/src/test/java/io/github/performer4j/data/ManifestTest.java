package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The data and the models that ship are those of their manifests, all of them and unaltered. */
class ManifestTest {
    @Test
    void everyFileOfDataIsListed() throws IOException, NoSuchAlgorithmException {
        everyFileIsListedWithItsChecksumAndLicence(Samples.datasets(), "origin", "licence", "description");
    }

    @Test
    void everyModelIsListed() throws IOException, NoSuchAlgorithmException {
        everyFileIsListedWithItsChecksumAndLicence(
                Samples.datasets().resolveSibling("models"), "recipe", "data", "licence", "description");
    }

    private static void everyFileIsListedWithItsChecksumAndLicence(Path root, String... fields)
            throws IOException, NoSuchAlgorithmException {
        Set<String> listed = new TreeSet<>();
        for (JsonNode file : new ObjectMapper()
                .readTree(root.resolve("manifest.json").toFile())
                .get("files")) {
            String path = file.get("path").asText();
            listed.add(path);
            byte[] bytes = Files.readAllBytes(root.resolve(path));
            assertThat(file.get("bytes").asLong()).as(path).isEqualTo(bytes.length);
            assertThat(file.get("sha256").asText())
                    .as(path)
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
            for (String field : fields) {
                assertThat(file.path(field).asText())
                        .as("%s of %s", field, path)
                        .isNotBlank();
            }
        }
        try (Stream<Path> files = Files.walk(root)) {
            Set<String> present = files.filter(Files::isRegularFile)
                    .map(p -> root.relativize(p).toString().replace('\\', '/'))
                    .filter(p -> p.contains("/") && !p.startsWith("presets/") && !p.endsWith("README.md"))
                    .collect(Collectors.toSet());
            assertThat(listed).isEqualTo(new TreeSet<>(present));
        }
    }
}
