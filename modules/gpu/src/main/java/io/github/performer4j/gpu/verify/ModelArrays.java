package io.github.performer4j.gpu.verify;

import io.github.performer4j.gpu.program.NetArrays;

/** A model's parameters as they begin, and Adam's moments of 0; what training leaves is of no interest. */
record ModelArrays(VerifyModel model) implements NetArrays {
    @Override
    public float[] parameters() {
        return model.parameters();
    }

    @Override
    public float[] state() {
        return new float[2 * model.length()];
    }

    @Override
    public void store(float[] parameters, float[] state) {
        // nobody reads it
    }
}
