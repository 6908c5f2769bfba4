package io.github.performer4j.checkpoint.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that see a window between those that see all tokens, as the two forms of ModernBERT's configuration name them. */
class ModernBertImportTest {
    @TempDir
    Path dir;

    @BeforeEach
    void copy() throws IOException {
        for (String name : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
            Files.copy(GoldenImportTest.FOLDER.resolve("modernbert-biased").resolve(name), dir.resolve(name));
        }
    }

    private PerformerConfig read(String old, String with, Map<String, Object> changes) throws IOException {
        String text = Files.readString(dir.resolve("config.json"));
        assertThat(text).contains(old);
        Files.writeString(dir.resolve("config.json"), text.replace(old, with));
        ImportSettings settings = new ImportSettings(false, null, changes, 1);
        return ModelImport.read(HuggingFaceFolder.find(dir, null, null), settings, Provenance.unknown())
                .model()
                .info()
                .model();
    }

    @Test
    void layersAreGlobalOrLocal() throws IOException {
        PerformerConfig former =
                GoldenImportTest.read("modernbert").model().info().model();
        assertThat(former.local().globalEvery()).isEqualTo(3);
        assertThat(former.local().window()).isEqualTo(3);
        assertThat(former.local().rotaryBase()).isEqualTo(90);
        assertThat(former.attention().rotaryBase()).isEqualTo(700);
        PerformerConfig now = read("", "", Map.of());
        assertThat(now.local().globalEvery()).isEqualTo(2);
        assertThat(now.local().rotaryBase()).isEqualTo(50);
        assertThat(now.attention().rotaryBase()).isEqualTo(300);
    }

    /** Local layers are linear in T already. */
    @Test
    void onlyGlobalLayersBecomeLinear() throws IOException {
        PerformerConfig c = read("", "", Map.of("attention.kind", "linear", "attention.featureMap", "positive"));
        assertThat(List.of(0, 1, 2, 3).stream()
                        .map(i -> c.attentionOptions(i).kind().equals(AttentionOptions.Kind.LINEAR)))
                .containsExactly(true, false, true, false);
        PerformerConfig first = c.with("linearBlocks", "1");
        assertThat(first.attentionOptions(0)).isEqualTo(c.attentionOptions(0));
        assertThat(first.attentionOptions(1)).isEqualTo(c.attentionOptions(1));
        assertThat(first.attentionOptions(2).kind()).isEqualTo(AttentionOptions.Kind.EXACT);
        assertThat(first.attentionOptions(2).window()).isZero();
    }

    @Test
    void allLayersMaySeeAllTokens() throws IOException {
        String both = "\"full_attention\",\n  \"%s_attention\"";
        PerformerConfig c = read(both.formatted("sliding"), both.formatted("full"), Map.of());
        assertThat(c.local().globalEvery()).isZero();
    }

    @Test
    void layersInAnotherOrderAreRefused() {
        String order = "\"%s_attention\",\n  \"%s_attention\",\n";
        assertThatThrownBy(() -> read(order.formatted("full", "sliding"), order.formatted("sliding", "full"), Map.of()))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("layers that see all tokens must be every N-th one, the first included;"
                        + " num_hidden_layers=4, layer_types=[\"sliding_attention\"")
                .hasMessageNotContaining("\n");
    }

    @Test
    void scaledPositionsAreRefused() {
        assertThatThrownBy(() -> read("\"default\"", "\"yarn\"", Map.of()))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining(
                        "scaled rotary positions have no counterpart here; key=rope_parameters.full_attention");
    }
}
