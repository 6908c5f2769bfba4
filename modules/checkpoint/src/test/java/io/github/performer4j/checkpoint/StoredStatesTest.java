package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * States of texts as they were stored, of each format, with the fingerprint of their model then: they load, and their
 * texts go on as if they had not ended. If they are states of another model, see {@link ModelFingerprint}.
 */
class StoredStatesTest {
    private static final int VERSION = 11; // its last byte, behind the magic

    @TempDir
    Path folder;

    private List<GenerationState> stored(PerformerModel model, int format) throws IOException {
        Path file = folder.resolve("states");
        try (InputStream in = GoldenStates.class.getResourceAsStream("/golden/states-format" + format)) {
            byte[] bytes = in.readAllBytes();
            assertThat(bytes[VERSION]).isEqualTo((byte) format);
            Files.write(file, bytes);
        }
        return GenerationFile.load(file, model);
    }

    private static void goOn(Generator generator, List<GenerationState> states) {
        List<Generated> whole = generator.withMaxNew(9).generate(GoldenStates.PROMPT);
        List<Generated> rest = generator.withMaxNew(9 - GoldenStates.TOKENS).resume(states, "");
        for (int s = 0; s < 2; s++) {
            int[] ids = whole.get(s).state().ids();
            assertThat(states.get(s).ids()).isEqualTo(Arrays.copyOf(ids, 3 + GoldenStates.TOKENS));
            assertThat(rest.get(s).state().ids()).isEqualTo(ids);
            assertThat(whole.get(s).text()).endsWith(rest.get(s).text());
            assertThat(rest.get(s).end()).isEqualTo(whole.get(s).end());
        }
    }

    @Test
    void format1GoesOnWithoutARule() throws IOException {
        PerformerModel model = GoldenStates.model(folder);
        List<GenerationState> states = stored(model, 1);
        goOn(GoldenStates.generator(model), states);
        Generator ruled = GoldenStates.generator(model).withAllowed(GoldenStates.rule(model));
        assertThatThrownBy(() -> ruled.resume(states, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a state must tell where its rule stands, or go on without a rule or behind a prompt;"
                        + " format=1");
        assertThat(ruled.resume(states, "a").get(0).tokens()).isEqualTo(9);
    }

    @Test
    void format2GoesOnUnderItsRule() throws IOException {
        PerformerModel model = GoldenStates.model(folder);
        Generator ruled = GoldenStates.generator(model).withAllowed(GoldenStates.rule(model));
        List<GenerationState> states = stored(model, 2);
        goOn(ruled, states);
        assertThat(ruled.resume(states, "").get(1).tokens()).isEqualTo(9 - GoldenStates.TOKENS);
    }
}
