package io.github.performer4j.examples;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import io.github.performer4j.checkpoint.Embedder;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.task.Similarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A model of performer4j as LangChain4j's {@link EmbeddingModel}, for its stores and retrievers: take this class along. A batch of segments is a batch of the model, and any number of threads may share it.
 *
 * <p>A segment that does not fit the model's window is refused with its tokens, where other adapters cut it off in silence: split documents by the model's own tokens ({@link #tokens}).
 */
public final class LangChainEmbeddings implements EmbeddingModel {
    private final Embedder embedder;
    private final int width;

    /**
     * Takes a model.
     *
     * @param model one that learnt pairs, or an imported encoder of sentences
     * @throws IllegalArgumentException if the model is of another task
     */
    public LangChainEmbeddings(PerformerModel model) {
        if (!(model.info().task() instanceof Similarity)) {
            throw new IllegalArgumentException("vectors that are compared are of a model that learnt pairs; task="
                    + model.info().task().name());
        }
        embedder = model.embedder();
        width = model.info().model().width();
    }

    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        List<String> texts = segments.stream().map(TextSegment::text).toList();
        return Response.from(embedder.embed(texts).stream().map(Embedding::from).toList());
    }

    @Override
    public int dimension() {
        return width;
    }

    /** Returns how many tokens a text has, for a splitter of documents. */
    public int tokens(String text) {
        return embedder.reader().read(text).ids().length;
    }

    /** Compares two sentences. Argument: a folder to unpack MiniLM to, a temporary one by default. */
    public static void main(String[] args) throws IOException {
        Path folder = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("minilm");
        EmbeddingModel model = new LangChainEmbeddings(MiniLm.read(folder));
        float[] a = model.embed("A man is eating food.").content().vector();
        float[] b = model.embed("A man eats something.").content().vector();
        double cosine = 0;
        for (int e = 0; e < a.length; e++) {
            cosine += (double) a[e] * b[e];
        }
        System.out.printf(Locale.ROOT, "%d dimensions, cosine %.3f%n", model.dimension(), cosine);
    }
}
