package io.github.performer4j.checkpoint;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.StrictJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What tells one model from another in files of states: the SHA-256 of its configuration, its vocabulary and its
 * parameters. That of a model stays what it was when a build has more keys in its configuration, which are listed here, or
 * writes a value in another way.
 */
final class ModelFingerprint {
    /**
     * Keys that are younger than format 2 of {@link GenerationFile}, by their paths with dots between. Models from
     * before have their defaults, so at these they are left out. A new key of {@link PerformerConfig} or its topics is
     * to be added here.
     */
    private static final List<String> YOUNGER =
            List.of("linearBlocks", "embedding.hiddenToken", "embedding.textSeparator");

    private ModelFingerprint() {}

    /** Returns 32 bytes. */
    static byte[] of(PerformerModel model) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(configuration(model.info().model()).getBytes(StandardCharsets.UTF_8));
            for (int id = 0; id < model.info().tokenizer().size(); id++) {
                digest.update(model.info().tokenizer().symbol(id).getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            INDArray parameters = model.net().params();
            int part = 1 << 12;
            ByteBuffer bytes = ByteBuffer.allocate(part * Double.BYTES);
            for (long from = 0; from < parameters.length(); from += part) {
                bytes.clear();
                for (long i = from; i < Math.min(parameters.length(), from + part); i++) {
                    bytes.putDouble(parameters.getDouble(i));
                }
                digest.update(bytes.flip());
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Returns a configuration as JSON of the form that it had when format 2 began. */
    static String configuration(PerformerConfig config) {
        ObjectNode tree = StrictJson.MAPPER.valueToTree(config);
        JsonNode defaults = StrictJson.MAPPER.valueToTree(PerformerConfig.defaults());
        for (String key : YOUNGER) {
            JsonPointer path = JsonPointer.compile("/" + key.replace('.', '/'));
            if (tree.at(path).equals(defaults.at(path))) {
                ((ObjectNode) tree.at(path.head())).remove(path.last().getMatchingProperty());
            }
        }
        if (config.feedForward().features() > 0) {
            ((ObjectNode) tree.get("feedForward"))
                    .put("snnk", each(config.feedForward().snnk()));
        }
        return StrictJson.write(tree);
    }

    /** Returns a list of blocks without ranges, which it did not have: {@code 2,5-7} as {@code 2,5,6,7}. */
    private static String each(String blocks) {
        return Arrays.stream(blocks.split(","))
                .map(part -> part.split("-"))
                .flatMapToInt(ends ->
                        IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1])))
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(","));
    }
}
