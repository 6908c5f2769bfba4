package io.github.performer4j.data.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SideTableTest {
    private static final String HEAD = "#performer4j-splits\tformatVersion=1\nid\tside\n";

    @TempDir
    Path dir;

    /** Whatever a file may be called, and a long one, which a writer might quote. */
    @Test
    void everyIdComesBack() throws IOException {
        List<String> ids = List.of(
                "cat/0001.png",
                "a-images-idx3-ubyte.gz#7",
                "#x",
                "tab\there",
                "say \"no\"",
                "\"",
                "two\nlines",
                "\r",
                " blanks ",
                "",
                "ünï/\uD83D\uDE00",
                "a,b;c",
                "long-".repeat(100));
        Path file = dir.resolve("splits.tsv");
        try (SideTable.Rows rows = new SideTable.Rows(file)) {
            for (int i = 0; i < ids.size(); i++) {
                rows.write(ids.get(i), SideTable.SIDES.get(i % 3));
            }
        }
        assertThat(Files.readString(file)).startsWith(HEAD + "cat/0001.png\ttrain\na-images-idx3-ubyte.gz#7\tvalid\n");
        SideTable read = new SideTable(file);
        for (int i = 0; i < ids.size(); i++) {
            assertThat(read.side(ids.get(i))).isEqualTo(SideTable.SIDES.get(i % 3));
        }
        read.requireAllRead(dir);
        assertThatThrownBy(() -> new SideTable.Rows(file)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|1: a table of sides must begin with #performer4j-splits and, behind a tab, formatVersion=1; found nothing",
                "id_side_a_train_|1: a table of sides must begin with #performer4j-splits and, behind a tab, formatVersion=1; found id side",
                "#performer4j-splits_formatVersion=2_id_side_|1: a table of sides must have the version that this build reads; expected=formatVersion=1, found=formatVersion=2",
                "#performer4j-splits_formatVersion=1_|2: the columns of a table of sides must be id and side, in this order; found nothing",
                "#performer4j-splits_formatVersion=1_side_id_|2: the columns of a table of sides must be id and side, in this order; found side id",
                "#performer4j-splits_formatVersion=1_id_side_a_Train_|3: a side must be train, valid or test; id=a, side=Train",
                "#performer4j-splits_formatVersion=1_id_side_a_train_b_test_a_train_|5: an id must have one side; id=a, line before=3",
            })
    void eachRuleIsNamedWithLineAndValue(String fields, String message) throws IOException {
        // fields stand two to a line
        StringBuilder text = new StringBuilder();
        String[] all = fields.isEmpty() ? new String[0] : fields.split("_");
        for (int i = 0; i < all.length; i++) {
            text.append(all[i]).append(i % 2 == 0 ? '\t' : '\n');
        }
        Path file = Files.writeString(dir.resolve("splits.tsv"), text);
        assertThatThrownBy(() -> new SideTable(file))
                .isInstanceOf(DataFileException.class)
                .hasMessage(file + ":" + message);
    }

    @Test
    void tableAndDataHaveTheSameIds() throws IOException {
        Path file = Files.writeString(dir.resolve("splits.tsv"), HEAD + "a\ttrain\nb\tvalid\nc\ttest\n");
        SideTable table = new SideTable(file);
        assertThat(table.side("b")).isEqualTo("valid");
        assertThatThrownBy(() -> table.side("d"))
                .hasMessage("the table of sides must have every example (data.splitFile); id=d, splitFile=" + file);
        assertThatThrownBy(() -> table.side("b"))
                .hasMessage(
                        "ids must differ where a table gives their sides (data.splitFile); id=b, splitFile=" + file);
        assertThat(table.side("a")).isEqualTo("train");
        assertThatThrownBy(() -> table.requireAllRead(Path.of("images")))
                .isInstanceOf(DataFileException.class)
                .hasMessage(file + ":5: every id of a table of sides must be in the data; id=c, data=images");
    }
}
