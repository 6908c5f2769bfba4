package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tags of residues and of words, beside what the net says of rows by hand. */
class TaggerTest {
    private static final double TOLERANCE = 1e-6;

    /** Checks a tag against row t of [T·C] outputs. */
    private static void same(Tagged.Tag found, List<String> labels, float[] p, int t) {
        int best = 0;
        for (int c = 1; c < labels.size(); c++) {
            best = p[t * labels.size() + c] > p[t * labels.size() + best] ? c : best;
        }
        assertThat(found.label()).isEqualTo(labels.get(best));
        assertThat(found.probability()).isCloseTo(p[t * labels.size() + best], within(TOLERANCE));
    }

    @Test
    void everyResidueHasItsTagAndPlace() {
        PerformerModel model = Uses.tagger();
        String text = ">p1 header\nMk-T A*";
        float[] p = Uses.byHand(model, Uses.framed(model, "MKTA")); // rows: BOS M K T A EOS
        List<Tagged.Tag> tags = model.tag(text).tags();
        assertThat(tags).extracting(Tagged.Tag::text).containsExactly("M", "k", "T", "A");
        assertThat(tags).extracting(Tagged.Tag::position).containsExactly(0, 1, 2, 3);
        for (int t = 0; t < 4; t++) {
            same(tags.get(t), model.tagger().labels(), p, t + 1);
            assertThat(text.substring(tags.get(t).start(), tags.get(t).end()))
                    .isEqualTo(tags.get(t).text());
        }
    }

    /** 24 residues and their frame are two windows of 13, BOS M … I and S … E EOS. */
    @Test
    void aTagIsOfTheWindowInWhichItsTokenLies() {
        PerformerModel model = Uses.tagger();
        String text = "MKTAYIAKQRQI" + "SFVKSHFSRQLE";
        int[] row = Uses.framed(model, text);
        float[] first = Uses.byHand(model, Arrays.copyOfRange(row, 0, 13));
        float[] second = Uses.byHand(model, Arrays.copyOfRange(row, 13, 26));
        Tagged found = model.tag(text);
        assertThat(found.windows()).isEqualTo(2);
        assertThat(found.tags()).hasSize(24);
        for (int t = 0; t < 24; t++) {
            same(found.tags().get(t), model.tagger().labels(), t < 12 ? first : second, t < 12 ? t + 1 : t - 12);
        }
    }

    /** Tokens are letters; the first letter of each word gives its tag, and blanks have none. */
    @Test
    void aWordHasTheTagOfItsFirstToken() {
        PerformerModel model = Uses.wordTagger();
        String text = " bad  cab\ta";
        float[] p = Uses.byHand(model, Uses.framed(model, text));
        Tagged found = model.tag(text);
        assertThat(found.tags()).extracting(Tagged.Tag::text).containsExactly("bad", "cab", "a");
        assertThat(found.tags()).extracting(Tagged.Tag::position).containsExactly(0, 1, 2);
        assertThat(found.tags()).extracting(Tagged.Tag::start).containsExactly(1, 6, 10);
        assertThat(found.tags()).extracting(Tagged.Tag::end).containsExactly(4, 9, 11);
        same(found.tags().get(0), model.tagger().labels(), p, 2);
        same(found.tags().get(1), model.tagger().labels(), p, 7);
        same(found.tags().get(2), model.tagger().labels(), p, 11);
        assertThat(model.tag("   ").tags()).isEmpty();
    }

    @Test
    void manyTextsInTheirOrder() {
        PerformerModel model = Uses.tagger();
        List<String> texts = Uses.proteins(40);
        List<Tagged> all = model.tag(texts);
        for (int i = 0; i < texts.size(); i++) {
            Tagged alone = model.tag(texts.get(i));
            assertThat(all.get(i).labels()).isEqualTo(alone.labels());
            assertThat(all.get(i).tags()).hasSize(i + 1);
            for (int t = 0; t <= i; t++) {
                assertThat(all.get(i).tags().get(t).probability())
                        .isCloseTo(alone.tags().get(t).probability(), within(TOLERANCE));
            }
        }
    }

    @Test
    void whatCannotBeTaggedIsRefused() {
        assertThatThrownBy(() -> Uses.classifier(false).tag("MKT"))
                .hasMessage("tag needs a model of task tag; task=classify");
        assertThatThrownBy(() -> Uses.tagger().tag(List.of("M", "")))
                .hasMessage("a sequence must have a token; tokens=0, input=1");
        Tagger tagger = Uses.tagger().tagger();
        assertThatThrownBy(() -> tagger.tagInputs(List.of(tagger.reader().read("MK", "TA"))))
                .hasMessage("tags belong to one text; texts=2");
        assertThat(tagger.tagInputs(List.of(tagger.reader().tokens(5, 6)))
                        .get(0)
                        .tags())
                .extracting(Tagged.Tag::text)
                .containsExactly("A", "C");
        Tagger words = Uses.wordTagger().tagger();
        assertThatThrownBy(() -> words.tagInputs(List.of(words.reader().tokens(5, 6))))
                .hasMessage("words are found in a text; text=none, tokens=2");
    }
}
