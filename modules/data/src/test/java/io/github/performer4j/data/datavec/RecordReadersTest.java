package io.github.performer4j.data.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.Samples;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.datavec.api.conf.Configuration;
import org.datavec.api.records.Record;
import org.datavec.api.records.SequenceRecord;
import org.datavec.api.records.reader.SequenceRecordReader;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.split.FileSplit;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordReadersTest {
    @TempDir
    Path dir;

    private CollectionInputSplit twoFiles() throws IOException {
        Path a = Files.writeString(dir.resolve("a.fasta"), ">a1 first\nMKV\n>a2\nac1\n");
        Path b = Files.write(dir.resolve("b.fasta.gz"), Samples.gzip(">b1\nWYV\n"));
        return new CollectionInputSplit(new URI[] {a.toUri(), b.toUri()});
    }

    private static int[] ids(List<List<Writable>> steps) {
        return steps.stream().mapToInt(step -> step.get(0).toInt()).toArray();
    }

    @Test
    void fastaRecordsAreHeaderAndResidues() throws IOException, InterruptedException {
        try (FastaRecordReader reader = new FastaRecordReader()) {
            reader.initialize(new Configuration(), twoFiles());
            List<List<Writable>> expected = List.of(
                    List.of(new Text("a1 first"), new Text("MKV")),
                    List.of(new Text("a2"), new Text("AC?")),
                    List.of(new Text("b1"), new Text("WYV")));
            assertThat(reader.next(10)).isEqualTo(expected);
            assertThat(reader.hasNext()).isFalse();
            assertThatThrownBy(reader::next).isInstanceOf(NoSuchElementException.class);
            reader.reset();
            List<Record> records = new ArrayList<>();
            while (reader.hasNext()) {
                records.add(reader.nextRecord());
            }
            assertThat(records).extracting(Record::getRecord).isEqualTo(expected);
            assertThat(reader.loadFromMetaData(
                            List.of(records.get(2).getMetaData(), records.get(1).getMetaData())))
                    .extracting(Record::getRecord)
                    .containsExactly(expected.get(2), expected.get(1));
            assertThat(reader.getLabels()).isEmpty();
            assertThat(reader.getConf()).isNotNull();
        }
    }

    @Test
    void fastaSequencesAreTokenIds() throws IOException, InterruptedException {
        ProteinTokenizer t = new ProteinTokenizer();
        try (SequenceRecordReader reader = new FastaSequenceRecordReader()) {
            reader.initialize(twoFiles());
            assertThat(ids(reader.sequenceRecord())).isEqualTo(t.encode("MKV"));
            SequenceRecord second = reader.nextSequence();
            assertThat(ids(second.getSequenceRecord())).isEqualTo(t.encode("AC1"));
            assertThat(ids(reader.loadSequenceFromMetaData(second.getMetaData()).getSequenceRecord()))
                    .isEqualTo(t.encode("AC1"));
            assertThat(reader.next()).containsExactly(new Text("b1"), new Text("WYV"));
            DataInputStream in =
                    new DataInputStream(new ByteArrayInputStream(">x\nMK".getBytes(StandardCharsets.US_ASCII)));
            assertThat(ids(reader.sequenceRecord(URI.create("memory:x"), in))).isEqualTo(t.encode("MK"));
        }
    }

    @Test
    void faultsNameFileAndLine() throws IOException, InterruptedException {
        Path file = Files.writeString(dir.resolve("u.fasta"), ">p\nMK\nM1\n");
        try (FastaRecordReader reader = new FastaRecordReader(true)) {
            reader.initialize(new FileSplit(new File(file.toString())));
            assertThatThrownBy(reader::next)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageEndingWith("u.fasta:3: a residue must be a letter A-Z; found '1'");
        }
        assertThatThrownBy(() -> new FastaRecordReader().reset()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void textSequencesEndWithTheirFile() throws IOException, InterruptedException {
        Path a = Files.writeString(dir.resolve("a.txt"), "abcab");
        Path b = Files.write(dir.resolve("b.txt.gz"), Samples.gzip("cé"));
        CollectionInputSplit split = new CollectionInputSplit(new URI[] {a.toUri(), b.toUri()});
        CharacterTokenizer t = new CharacterTokenizer('a', 'b', 'c', 'é');
        try (TextSequenceRecordReader reader = new TextSequenceRecordReader(t, 3)) {
            reader.initialize(split);
            List<String> texts = new ArrayList<>();
            while (reader.hasNext()) {
                texts.add(t.decode(ids(reader.sequenceRecord())));
            }
            assertThat(texts).containsExactly("abc", "ab", "cé");
            reader.reset();
            assertThat(reader.next()).containsExactly(new Text("abc"));
            SequenceRecord second = reader.nextSequence();
            assertThat(reader.loadSequenceFromMetaData(second.getMetaData()).getSequenceRecord())
                    .isEqualTo(second.getSequenceRecord())
                    .hasSize(2);
        }
        try (TextSequenceRecordReader bytes = new TextSequenceRecordReader(new ByteTokenizer(), 99)) {
            bytes.initialize(split);
            bytes.next();
            assertThat(ids(bytes.sequenceRecord())).containsExactly(5 + 'c', 5 + 0xC3, 5 + 0xA9);
        }
        assertThatThrownBy(() -> new TextSequenceRecordReader(new ProteinTokenizer(), 3))
                .hasMessageContaining("kind=protein");
        assertThatThrownBy(() -> new TextSequenceRecordReader(t, 0)).hasMessage("steps must be positive; steps=0");
    }

    @Test
    void readersSurviveJavaSerialisation() throws IOException, ClassNotFoundException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new TextSequenceRecordReader(new CharacterTokenizer('a', 'b'), 2));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()));
                TextSequenceRecordReader reader = (TextSequenceRecordReader) in.readObject()) {
            reader.initialize(new CollectionInputSplit(
                    new URI[] {Files.writeString(dir.resolve("s.txt"), "ab").toUri()}));
            assertThat(ids(reader.sequenceRecord())).containsExactly(5, 6);
        }
    }
}
