package io.github.performer4j.training.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.training.step.Toy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Epochs, resets, what is closed, and what is refused. */
class BatchIteratorTest {
    private final List<String> log = new ArrayList<>();

    /** Two batches for each epoch, whose token says epoch and number; each opening and closing is noted. */
    private BatchSource source(double... weights) {
        return (seed, epoch) -> {
            log.add("open " + seed + "/" + epoch);
            List<Batch> batches = new ArrayList<>();
            for (int b = 0; b < weights.length; b++) {
                batches.add(batch((int) (10 * epoch + b), weights[b]));
            }
            return logged(Toy.stream(batches));
        };
    }

    private static Batch batch(int token, double weight) {
        return Batch.of(
                Column.ids(new int[] {token, token}, null, 0, 1, 2), Column.ids(new int[] {0}, null, 0, 1, 1), weight);
    }

    private BatchStream logged(BatchStream stream) {
        return new BatchStream() {
            @Override
            public boolean hasNext() {
                return stream.hasNext();
            }

            @Override
            public Batch next() {
                return stream.next();
            }

            @Override
            public void close() {
                log.add("close");
            }
        };
    }

    private static List<Integer> rest(BatchIterator iterator) {
        List<Integer> tokens = new ArrayList<>();
        while (iterator.hasNext()) {
            tokens.add(iterator.next().getFeatures(0).getInt(0));
        }
        return tokens;
    }

    @Test
    void eachResetBeginsTheNextEpoch() {
        BatchIterator iterator = BatchIterator.training(source(1, 1), 5);
        assertThat(log).isEmpty();
        iterator.reset(); // as early stopping begins
        assertThat(rest(iterator)).containsExactly(0, 1);
        assertThat(iterator.epoch()).isZero();
        assertThatThrownBy(iterator::next)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("the epoch has no further batch; epoch=0");
        iterator.reset();
        assertThat(iterator.hasNext()).isTrue();
        iterator.reset(); // only looked at
        assertThat(rest(iterator)).containsExactly(10, 11);
        iterator.reset();
        iterator.next();
        iterator.reset(); // left in the middle
        assertThat(rest(iterator)).containsExactly(30, 31);
        assertThat(log)
                .containsExactly(
                        "open 5/0",
                        "close",
                        "open 5/1",
                        "close",
                        "open 5/1",
                        "close",
                        "open 5/2",
                        "close",
                        "open 5/3",
                        "close");
    }

    @Test
    void anEvaluationRepeatsItself() {
        BatchIterator iterator = BatchIterator.evaluation(source(1, 1), 5);
        for (int i = 0; i < 3; i++) {
            assertThat(rest(iterator)).containsExactly(0, 1);
            iterator.reset();
        }
        assertThatThrownBy(() -> iterator.from(1)).hasMessage("evaluation has one epoch; epoch=1");
    }

    @Test
    void beginsAnywhere() {
        BatchIterator iterator = BatchIterator.training(source(1), 5).from(4);
        assertThat(rest(iterator)).containsExactly(40);
        iterator.reset();
        assertThat(rest(iterator)).containsExactly(50);
        assertThatThrownBy(() -> iterator.from(-1)).hasMessage("an epoch must not be negative; epoch=-1");
    }

    /** An epoch of nothing ends at once, and does not come again. */
    @Test
    void whatHasNothingToLearnFromIsPassedOver() {
        BatchIterator iterator = BatchIterator.training(source(0, 1, 0), 5);
        assertThat(rest(iterator)).containsExactly(1);
        BatchIterator nothing = BatchIterator.training(source(0), 5);
        assertThat(nothing.hasNext()).isFalse();
        nothing.reset();
        assertThat(nothing.epoch()).isEqualTo(1);
    }

    /** Without labels a batch is for output(), and weighs nothing. */
    @Test
    void batchesWithoutLabels() {
        Batch unlabelled =
                new Batch(1, Map.of(Batch.TOKENS, Column.ids(new int[] {7}, null, 0, 1, 1)), Map.of(), Map.of(), 0);
        BatchIterator iterator = BatchIterator.evaluation((seed, epoch) -> Toy.stream(List.of(unlabelled)), 5);
        assertThat(iterator.next().getLabels()).isNull();
    }

    @Test
    void closingEndsTheEpochUntilTheNextReset() throws IOException {
        BatchIterator iterator = BatchIterator.training(source(1, 1), 5);
        iterator.next();
        iterator.close();
        assertThat(log).containsExactly("open 5/0", "close");
        assertThat(iterator.hasNext()).isFalse();
        iterator.reset();
        assertThat(rest(iterator)).containsExactly(10, 11);
    }

    private BatchSource faulty() {
        return (seed, epoch) -> logged(new BatchStream() {
            private int given;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Batch next() {
                if (given++ < 2) {
                    return batch(given, 1);
                }
                DataFileException cause = new DataFileException("p.tsv", 3, "a class must be known; found 'x'");
                throw new UncheckedIOException(cause.getMessage(), cause);
            }

            @Override
            public void close() {}
        });
    }

    @Test
    void errorsKeepTheirLine() {
        BatchIterator iterator = BatchIterator.training(faulty(), 5);
        iterator.next();
        iterator.next();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(iterator::hasNext)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage("p.tsv:3: a class must be known; found 'x'");
        }
        assertThat(log).containsExactly("close");
        BatchIterator missing = BatchIterator.training(
                (seed, epoch) -> {
                    throw new DataFileException("p.tsv", 0, "there is no such file");
                },
                5);
        assertThatThrownBy(missing::next)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("p.tsv: there is no such file");
    }

    /** M2.1's prefetcher may wait for ever when its thread ends with an error, so that a fault in the data would look like a slow run. */
    @Test
    void itIsNotToBePrefetched() {
        assertThat(BatchIterator.training(faulty(), 5).asyncSupported()).isFalse();
    }

    @Test
    void preprocessorsAreHonoured() {
        BatchIterator iterator = BatchIterator.training(source(1), 5).withType(DataType.DOUBLE);
        iterator.setPreProcessor(data -> data.getFeatures(0).addi(100));
        assertThat(iterator.getPreProcessor()).isNotNull();
        assertThat(iterator.next().getFeatures(0).dataType()).isEqualTo(DataType.DOUBLE);
        // a copy keeps what was set
        assertThat(rest(iterator.from(2))).containsExactly(120);
        assertThat(rest(iterator.withEncoder(BatchEncoder.columns()))).containsExactly(100);
        assertThat(rest(iterator.withOneHot(List.of("a", "b")))).containsExactly(100);
    }

    @Test
    void oneHotRows() {
        Batch classes = Batch.of(
                Column.ids(new int[3], null, 0, 3, 1),
                Column.ids(new int[] {2, 9, 0}, new boolean[] {true, false, true}, 0, 3, 1),
                2);
        BatchSource source = (seed, epoch) -> Toy.stream(List.of(classes));
        BatchIterator iterator = BatchIterator.evaluation(source, 5).withOneHot(List.of("a", "b", "c"));
        assertThat(iterator.next().getLabels(0).ravel().toDoubleVector()).containsExactly(0, 0, 1, 0, 0, 0, 1, 0, 0);
        assertThatThrownBy(() -> BatchIterator.evaluation(source, 5)
                        .withOneHot(List.of("a", "b"))
                        .next())
                .hasMessage("a class id must be from 0 to below the number of classes; id=2, classes=2, row=0");
    }

    @Test
    void refusals() {
        BatchIterator iterator = BatchIterator.training(source(1), 5);
        assertThatThrownBy(() -> iterator.next(32))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("batches have the sizes that the task gives them; examples asked for=32");
        assertThatThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(iterator))
                .isInstanceOf(NotSerializableException.class);
    }
}
