package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.task.Evaluation;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The entry of a checkpoint that says where a run stands. */
class TrainerStateTest {
    private static final TrainingConfig TRAINING =
            TrainingConfig.defaults().withSteps(4).withWarmupSteps(1);

    private static final TrainerState STATE = TrainerState.start(TRAINING)
            .afterStep(0, 1, 10, 7, 1)
            .afterStep(0, 2, 5, 3, 2)
            .withElapsed(3)
            .withPhases(1, 2)
            .evaluated(new Evaluation("loss", false, Map.of("loss", 1.0), Map.of(), 9));

    @Test
    void whatIsWrittenIsRead() {
        TrainerState read = TrainerState.fromBytes(STATE.toBytes());
        assertThat(read).isEqualTo(STATE);
        assertThat(Resume.merge(read, TRAINING).longest()).isEqualTo(7);
    }

    /** Checkpoints were written that do not say it. */
    @Test
    void aStateThatDoesNotSayHowLongItsRowsWereReads() {
        ObjectNode early = Json.object(new String(STATE.toBytes(), StandardCharsets.UTF_8));
        assertThat(early.remove("longest").asInt()).isEqualTo(7);
        assertThat(TrainerState.fromBytes(Json.pretty(early).getBytes(StandardCharsets.UTF_8))
                        .longest())
                .isZero();
    }
}
