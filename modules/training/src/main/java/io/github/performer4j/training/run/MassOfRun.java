package io.github.performer4j.training.run;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.training.score.MassPicture;
import io.github.performer4j.training.step.RunListener;
import java.io.IOException;
import java.util.Arrays;

/** The picture of a finished run's attention: how much of it each token of the first held-out sequence receives from the best model. */
final class MassOfRun {
    /** The picture's name in {@link RunFolder#pictures}. */
    static final String PICTURE = "attention-mass.png";

    /** Tokens of the picture, at most; images come whole. */
    private static final int LONGEST = 2048;

    private MassOfRun() {}

    /**
     * Draws it; a model that has no such attention, or runs on another engine, has no picture, and a note says why.
     *
     * @param run a run with a model
     * @param heldOut its held-out side
     * @param listener hears the note
     * @throws IOException if the model or the data cannot be read, or the picture not be written
     */
    static void draw(RunFolder run, Corpus heldOut, RunListener listener) throws IOException {
        try {
            Document document = first(heldOut);
            PerformerModel model = ModelFile.load(run.model());
            boolean patches = heldOut.config().patch() > 0;
            boolean cut = !patches && document.length() > LONGEST;
            int[] tokens = cut ? Arrays.copyOf(document.tokens(), LONGEST) : document.tokens();
            String name = cut ? "first " + LONGEST + " tokens of " + document.id() : document.id();
            run.picture(PICTURE, MassPicture.png(model.explain(tokens), name));
        } catch (RuntimeException e) { // whatever it is, a finished run keeps its report
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            listener.note("no picture of attention: " + why);
        }
    }

    private static Document first(Corpus heldOut) throws IOException {
        try (DocumentStream stream = heldOut.stream()) {
            for (Document document = stream.next(); document != null; document = stream.next()) {
                if (document.length() > 0) {
                    return document;
                }
            }
        }
        throw new IllegalArgumentException("no held-out sequence has a token; data=" + heldOut.path());
    }
}
