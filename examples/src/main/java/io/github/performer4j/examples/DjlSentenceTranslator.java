package io.github.performer4j.examples;

import ai.djl.ModelException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * An exported embedder in DJL, without performer4j: the tokenizer and the ONNX file that {@code performer export --format onnx} writes, as a {@link Translator} from texts to vectors.
 *
 * <pre>
 * try (ZooModel&lt;String, float[]&gt; model = DjlSentenceTranslator.load(Path.of("minilm.onnx"), 512);
 *         Predictor&lt;String, float[]&gt; predictor = model.newPredictor()) {
 *     float[] vector = predictor.predict("A man is eating food.");
 * }
 * </pre>
 */
public final class DjlSentenceTranslator implements Translator<String, float[]> {
    private final HuggingFaceTokenizer tokenizer;
    private final int window;

    /**
     * Takes a tokenizer.
     *
     * @param tokenizer without truncation and padding
     * @param window most tokens that the model reads at once, as its card says
     */
    public DjlSentenceTranslator(HuggingFaceTokenizer tokenizer, int window) {
        this.tokenizer = tokenizer;
        this.window = window;
    }

    /**
     * Loads a model.
     *
     * @param onnx the exported file; its tokenizer lies beside it, as {@code NAME.tokenizer.json}
     * @param window most tokens that the model reads at once
     */
    public static ZooModel<String, float[]> load(Path onnx, int window) throws IOException, ModelException {
        String name = onnx.getFileName().toString().replaceFirst("\\.onnx$", "");
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                onnx.resolveSibling(name + ".tokenizer.json"), Map.of("padding", "false", "truncation", "false"));
        return Criteria.builder()
                .setTypes(String.class, float[].class)
                .optModelPath(onnx)
                .optEngine("OnnxRuntime")
                .optTranslator(new DjlSentenceTranslator(tokenizer, window))
                .build()
                .loadModel();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the text does not fit the model's window: nothing is cut off in silence
     */
    @Override
    public NDList processInput(TranslatorContext context, String text) {
        Encoding encoding = tokenizer.encode(text);
        long[] ids = encoding.getIds();
        if (ids.length > window) {
            throw new IllegalArgumentException(
                    "a text must fit the model's window; tokens=" + ids.length + ", window=" + window);
        }
        NDManager manager = context.getNDManager();
        NDArray tokens = manager.create(new long[][] {ids}); // [1,T]
        tokens.setName("input_ids");
        NDArray mask = manager.create(new long[][] {encoding.getAttentionMask()});
        mask.setName("attention_mask");
        return new NDList(tokens, mask);
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList outputs) {
        for (NDArray output : outputs) {
            if ("sentence_embedding".equals(output.getName())) {
                return output.toFloatArray(); // [1,E]
            }
        }
        throw new IllegalArgumentException("the model must give vectors of sentences; output=sentence_embedding");
    }

    /** Each text is a batch of its own. */
    @Override
    public Batchifier getBatchifier() {
        return null;
    }
}
