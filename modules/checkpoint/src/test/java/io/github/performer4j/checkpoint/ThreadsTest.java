package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.kernels.machine.WorkerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A model used by many threads at once says, bit for bit, what it says to one. */
class ThreadsTest {
    private static final int THREADS = 9;

    private static <R> void sameOnAllThreads(Function<String, R> use) throws Exception {
        List<String> texts = Uses.proteins(30);
        List<R> alone = texts.stream().map(use).toList();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CountDownLatch start = new CountDownLatch(THREADS);
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int n = 0; n < THREADS; n++) {
                int first = n;
                tasks.add(() -> {
                    start.countDown();
                    start.await();
                    for (int i = 0; i < texts.size(); i++) {
                        int at = (i + 3 * first) % texts.size();
                        assertThat(use.apply(texts.get(at))).isEqualTo(alone.get(at));
                    }
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void classesTagsAndNumbers() throws Exception {
        PerformerModel classifier = Uses.classifier(false);
        sameOnAllThreads(classifier::classify);
        PerformerModel tagger = Uses.tagger();
        sameOnAllThreads(tagger::tag);
        PerformerModel regressor = Uses.regressor();
        sameOnAllThreads(regressor::regress);
    }

    @Test
    void vectorsFillingsAndTexts() throws Exception {
        PerformerModel masked = Samples.masked(3);
        sameOnAllThreads(masked::embed);
        FillMask fill = masked.fillMask();
        sameOnAllThreads(text -> fill.fill(List.of("_" + text, text + "_K")));
        Embedder embedder = Uses.proteins(new Similarity(), 9).embedder();
        sameOnAllThreads(text -> Arrays.hashCode(embedder.embed(text.substring(0, Math.min(11, text.length())))));
        Embedder means = masked.embedder();
        sameOnAllThreads(text -> means.embed(List.of(text, "MKV" + text)).stream()
                .map(Arrays::toString)
                .toList());
        PerformerModel causal = Samples.causal(5);
        Generator generator = new Generator(causal).withMaxNew(12).withCount(2);
        sameOnAllThreads(text -> generator.withSeed(text.length()).generate(List.of("ab", "dc")).stream()
                .map(texts -> texts.stream().map(Generated::text).toList())
                .toList());
        sameOnAllThreads(text -> causal.generate("ab", 20, Sampling.defaults(), text.length()));
    }

    /** Two replicas at most, one parameter array; one that failed is not used again. */
    @Test
    void replicasShareTheParametersAndAreFew() throws Exception {
        ComputationGraph net = Samples.masked(3).net();
        NetPool pool = new NetPool(net, 2);
        // equal graphs are not the same
        Set<ComputationGraph> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<ComputationGraph>> tasks = new ArrayList<>();
            for (int i = 0; i < 4 * THREADS; i++) {
                tasks.add(() -> pool.use(replica -> replica));
            }
            for (Future<ComputationGraph> done : threads.invokeAll(tasks)) {
                seen.add(done.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(seen).hasSizeBetween(1, 2);
        assertThat(seen.contains(net)).isFalse();
        for (ComputationGraph replica : seen) {
            assertThat(replica.params().data().address())
                    .isEqualTo(net.params().data().address());
        }
        ComputationGraph[] failed = new ComputationGraph[1];
        assertThatThrownBy(() -> pool.use(replica -> {
                    failed[0] = replica;
                    throw new IllegalStateException("failed");
                }))
                .hasMessage("failed");
        assertThat(pool.<ComputationGraph>use(replica -> replica)).isNotSameAs(failed[0]);
    }

    /** What is trained on after the first use is used from then on. */
    @Test
    void aModelThatIsTrainedOnIsUsedAsItIs() {
        PerformerModel model = Samples.masked(3);
        float[] before = model.embed("MKTAY");
        Samples.train(model.net(), model.info().model().vocabulary(), 1);
        float[] after = model.embed("MKTAY");
        assertThat(after).isNotEqualTo(before);
        assertThat(after).isEqualTo(new PerformerModel(model.net(), model.info()).embed("MKTAY"));
        INDArray params = model.net().params();
        assertThat(params.length()).isPositive();
    }

    @Test
    void anInterruptEndsTheWait() {
        NetPool pool = new NetPool(Samples.masked(3).net(), 1);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> pool.use(replica -> replica)).isInstanceOf(WorkerException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
