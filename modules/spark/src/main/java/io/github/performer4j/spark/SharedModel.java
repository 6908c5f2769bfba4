package io.github.performer4j.spark;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model zip on a path that every machine knows; each process loads it once.
 *
 * @param path of the zip
 * @param size its bytes, and
 * @param modified its time, so that another file in its place is another model
 */
record SharedModel(String path, long size, long modified) implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int MOST = 2;
    private static final Map<SharedModel, PerformerModel> LOADED = new LinkedHashMap<>();

    /** Looks at the file. */
    static SharedModel of(Path zip) throws IOException {
        return new SharedModel(
                zip.toAbsolutePath().toString(),
                Files.size(zip),
                Files.getLastModifiedTime(zip).toMillis());
    }

    /**
     * Loads the model, or returns it as loaded before.
     *
     * @throws IOException if this machine has another file there, or none
     */
    PerformerModel load() throws IOException {
        synchronized (LOADED) {
            PerformerModel model = LOADED.get(this);
            if (model == null) {
                Path file = Path.of(path);
                long here = Files.size(file);
                if (here != size) {
                    throw new IOException("every machine must have the same model; file=" + path + ", bytes=" + here
                            + ", driver's=" + size);
                }
                model = ModelFile.load(file);
                if (LOADED.size() == MOST) {
                    LOADED.remove(LOADED.keySet().iterator().next());
                }
                LOADED.put(this, model);
            }
            return model;
        }
    }
}
