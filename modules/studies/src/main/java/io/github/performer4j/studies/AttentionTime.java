package io.github.performer4j.studies;

import io.github.performer4j.core.feature.FeatureMap;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How long an attention layer with a map takes: forward and backward, float32, bidirectional, one sequence of {@value #TOKENS} tokens, {@value #HEADS}
 * heads, with its projections of queries, keys, values and output, driven as Deeplearning4j drives it. How W was drawn makes no difference.
 */
public final class AttentionTime {
    static final int TOKENS = 1024;
    static final int HEADS = 4;

    private AttentionTime() {}

    /**
     * What is timed.
     *
     * @param map the map
     * @param features columns M
     * @param headSize D
     */
    public record Layer(FeatureMap map, int features, int headSize) {
        static Layer of(Setting setting) {
            return new Layer(setting.map(), setting.features(), setting.headSize());
        }
    }

    /** Hears how it goes on. */
    public interface Listener {
        /** So much is done, from 0 to 1. */
        void done(double share);

        /** No layer runs such a map. */
        void failed(Layer layer, RuntimeException reason);
    }

    /**
     * Times layers in {@link Rounds}, those of equal M side by side: they are what is compared, and all nets at once would take much memory.
     *
     * @param layers each once
     * @param seed of weights and inputs
     * @return microseconds for each token; null for a layer that does not run
     */
    public static Map<Layer, Double> microsPerToken(Collection<Layer> layers, long seed, Listener listener) {
        Map<Integer, List<Layer>> groups = layers.stream()
                .collect(Collectors.groupingBy(Layer::features, LinkedHashMap::new, Collectors.toList()));
        Map<Layer, Double> micros = new HashMap<>();
        for (List<Layer> group : groups.values()) {
            double before = micros.size();
            Listener part = new Listener() {
                @Override
                public void done(double share) {
                    listener.done((before + share * group.size()) / layers.size());
                }

                @Override
                public void failed(Layer layer, RuntimeException reason) {
                    listener.failed(layer, reason);
                }
            };
            micros.putAll(sideBySide(group, seed, part));
        }
        return micros;
    }

    private static Map<Layer, Double> sideBySide(List<Layer> layers, long seed, Listener listener) {
        List<AttentionNet> nets =
                layers.stream().map(layer -> new AttentionNet(layer, seed)).toList();
        Rounds.Listener heard = new Rounds.Listener() {
            @Override
            public void round(int done) {
                listener.done(done / (double) (Rounds.WARM_UP + Rounds.TIMED));
            }

            @Override
            public void failed(int work, RuntimeException reason) {
                listener.failed(layers.get(work), reason);
            }
        };
        Map<Layer, Double> micros = new HashMap<>();
        try {
            List<Double> nanos = new Rounds(System::nanoTime, heard).medians(nets);
            for (int i = 0; i < nanos.size(); i++) {
                Double own = nanos.get(i);
                micros.put(layers.get(i), own == null ? null : own / 1000 / TOKENS);
            }
        } finally {
            nets.forEach(AttentionNet::close);
        }
        return micros;
    }
}
