package io.github.performer4j.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.token.TokenizerJson;
import io.github.performer4j.training.run.RunBatches;
import io.github.performer4j.training.run.RunConfig;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a worker opens a run's data by: paths that every machine of the cluster knows. A process opens them once, because a split reads all of the data.
 *
 * @param config the run's configuration as JSON
 * @param data what is learnt from
 * @param valid held-out data; null if a share is held out
 * @param validFraction the share; null if there is held-out data
 * @param tokenizer the run's as JSON
 */
record WorkerData(String config, String data, String valid, Double validFraction, String tokenizer)
        implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int MOST_OPEN = 4;

    /** By equal values: a run of the same name with other settings is another one. */
    private static final Map<WorkerData, BatchSource> OPEN = new LinkedHashMap<>();

    /** Opens the training side in this process, or returns what is open already. */
    BatchSource open() throws IOException {
        synchronized (OPEN) {
            BatchSource source = OPEN.get(this);
            if (source == null) {
                source = RunBatches.open(
                        RunConfig.fromJson(config),
                        Path.of(data),
                        valid == null ? null : Path.of(valid),
                        validFraction,
                        TokenizerJson.read(new ObjectMapper().readTree(tokenizer)));
                if (OPEN.size() == MOST_OPEN) {
                    OPEN.remove(OPEN.keySet().iterator().next());
                }
                OPEN.put(this, source);
            }
            return source;
        }
    }
}
