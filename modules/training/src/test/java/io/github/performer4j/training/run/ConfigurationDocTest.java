package io.github.performer4j.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.core.task.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every key that a configuration can have stands in docs/configuration.md, and none that it cannot. */
class ConfigurationDocTest {
    private static Path doc() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("docs/configuration.md"))) {
                return at.resolve("docs/configuration.md");
            }
        }
        throw new IllegalStateException("the tests must run inside the repository");
    }

    private static List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (String task : Tasks.names()) {
            leaves("", RunConfig.defaults().withTask(Tasks.named(task)).tree(), keys);
        }
        return keys.stream().distinct().toList();
    }

    private static void leaves(String prefix, ObjectNode tree, List<String> keys) {
        tree.properties().forEach(entry -> {
            if (entry.getValue() instanceof ObjectNode nested) {
                leaves(prefix + entry.getKey() + ".", nested, keys);
            } else {
                keys.add(prefix + entry.getKey());
            }
        });
    }

    @Test
    void everyKeyIsDocumented() throws IOException {
        String text = Files.readString(doc());
        List<String> known = keys();
        assertThat(known).hasSizeGreaterThan(60);
        assertThat(known).allSatisfy(key -> assertThat(text).contains("`" + key + "`"));
        java.util.regex.Matcher written = java.util.regex.Pattern.compile(
                        "`((?:task|data|model|training)(?:\\.\\w+)+)`")
                .matcher(text);
        while (written.find()) {
            assertThat(known).contains(written.group(1));
        }
    }
}
