package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.CounterRandom;
import java.util.Arrays;

/** Continues a text token by token. The model sees at most the last tokens of its window: the window slides. */
final class Generation {
    /** Room for a text at first; it grows as the text does, which may end long before the length asked for. */
    private static final int MIN_TOKENS = 256;

    private final ModelInfo info;
    private final Inference inference;

    Generation(ModelInfo info, Inference inference) {
        Requests.task(info, CausalLanguageModel.class, "generate", CausalLanguageModel.NAME);
        this.info = info;
        this.inference = inference;
    }

    /**
     * Continues [T] ids without a frame; the draw of token i is a function of (seed, i) and of what stands before it.
     */
    String generate(int[] prompt, int length, Sampling sampling, long seed) {
        Tokenizer tokenizer = info.tokenizer();
        int[] ids = info.data().framing().frame(tokenizer, prompt);
        int start = ids.length;
        int end = start;
        while (end - start < length) {
            int from = Math.max(0, end - info.window());
            double[] next = inference.next(Arrays.copyOfRange(ids, from, end));
            int token = Sampler.draw(next, sampling, CounterRandom.of(seed, end - start));
            if (token == tokenizer.specials().eos()) {
                break;
            }
            if (end == ids.length) {
                ids = Arrays.copyOf(ids, Math.max(MIN_TOKENS, 2 * end));
            }
            ids[end++] = token;
        }
        return tokenizer.decode(Arrays.copyOfRange(ids, start, end));
    }
}
