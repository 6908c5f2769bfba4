package io.github.performer4j.data.datavec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.files.DataFileException;
import java.util.List;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.impl.collection.CollectionRecordReader;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/** Records and examples for the tests of this package. */
final class Records {
    static final ExampleColumns LABELLED = ExampleColumns.defaults().withLabels("y");

    static final List<List<Writable>> THREE = List.of(
            List.of(new Text("a"), new IntWritable(4)),
            List.of(new Text("b"), new DoubleWritable(0.5)),
            List.of(new Text("c"), NullWritable.INSTANCE));

    private Records() {}

    static Example example(long line, String id, String text, String... labels) {
        return new Example(line, id, List.of(text), null, List.of(labels), null, null, null);
    }

    static RecordReader records(List<List<Writable>> records) {
        return new CollectionRecordReader(records);
    }

    static void fault(org.assertj.core.api.ThrowableAssert.ThrowingCallable work, String message) {
        assertThatThrownBy(work).isInstanceOf(DataFileException.class).hasMessage(message);
    }
}
