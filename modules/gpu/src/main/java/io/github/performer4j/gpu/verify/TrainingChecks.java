package io.github.performer4j.gpu.verify;

import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.gpu.program.DeviceMemory;
import io.github.performer4j.gpu.program.DeviceStepper;
import io.github.performer4j.gpu.program.StepOptions;
import java.util.List;

/** A training run on the device beside the processor's losses. */
final class TrainingChecks {
    private static final double BOUND = 5e-3;

    private TrainingChecks() {}

    static List<Row> rows(DeviceMemory memory, Golden golden) {
        TrainingRun run = TrainingRun.GOLDEN;
        VerifyModel model = TrainingRun.model();
        int steps = golden.losses().length;
        double worst = 0;
        double last = 0;
        try (Stepper stepper =
                new DeviceStepper(List.of(memory), model.net(), new ModelArrays(model), StepOptions.defaults())) {
            for (int i = 0; i < steps; i++) {
                Stepper.Rows rows = model.rows(run.batch(), run.tokens(), i);
                last = stepper.step(List.of(rows), i, run.rate(), run.clipNorm())
                        .loss();
                worst = Math.max(worst, Math.abs(last - golden.losses()[i]));
            }
        } catch (IllegalStateException e) { // loss or gradient are not finite
            return List.of(new Row("training, " + steps + " steps", e.getMessage(), false));
        }
        String result = "loss " + Verify.number(golden.losses()[0]) + " to " + Verify.number(last)
                + ", largest distance from the processor's " + Verify.number(worst);
        return List.of(new Row("training, " + steps + " steps", result, worst <= BOUND));
    }
}
