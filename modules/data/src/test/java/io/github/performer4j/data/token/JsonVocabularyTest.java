package io.github.performer4j.data.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the special ids of well-known files are for; the files are cut down to the parts that tell. */
class JsonVocabularyTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Specials specials(String json) throws IOException {
        return JsonVocabulary.of(JSON.readTree(json.replace('\'', '"')), 0).specials();
    }

    private static String special(int id, String name) {
        return "{'id':" + id + ",'content':'" + name + "','special':true}";
    }

    /** RoBERTa: {@code <s>} and {@code </s>} by the post-processor, the rest by name. */
    @Test
    void robertaNamesStartAndEndInItsPostProcessor() throws IOException {
        Specials found = specials("{'added_tokens':[" + special(0, "<s>") + "," + special(1, "<pad>") + ","
                + special(2, "</s>") + "," + special(3, "<unk>") + "," + special(50264, "<mask>")
                + "],'post_processor':{'type':'RobertaProcessing','sep':['</s>',2],'cls':['<s>',0]},"
                + "'model':{'type':'BPE','unk_token':null,'vocab':{'<s>':0,'<pad>':1,'</s>':2,'<unk>':3,'a':4}}}");
        assertThat(found.bos()).isZero();
        assertThat(found.eos()).isEqualTo(2);
        assertThat(found.separator()).isEqualTo(2);
        assertThat(new int[] {found.pad(), found.unknown(), found.mask()}).containsExactly(1, 3, 50264);
        assertThat(found.all()).as("holes too").hasSize(50265 - 1);
    }

    /** BERT gives the second text type 1, RoBERTa does not; a template says it itself. */
    @Test
    void typesOfTexts() throws IOException {
        assertThat(types("{'type':'BertProcessing','sep':['[SEP]',1],'cls':['[CLS]',0]}"))
                .isTrue();
        assertThat(types("{'type':'RobertaProcessing','sep':['[SEP]',1],'cls':['[CLS]',0]}"))
                .isFalse();
        String template = "{'type':'TemplateProcessing','single':[],'pair':[{'Sequence':{'id':'A','type_id':0}},"
                + "{'SpecialToken':{'id':'[SEP]','type_id':0}},{'Sequence':{'id':'B','type_id':1}}]}";
        assertThat(types(template)).isTrue();
        assertThat(types(template.replace("':1", "':0"))).isFalse();
        assertThat(types("null")).isFalse();
    }

    private static boolean types(String processor) throws IOException {
        String file = "{'post_processor':" + processor
                + ",'model':{'type':'WordLevel','vocab':{'[CLS]':0,'[SEP]':1,'a':2},'unk_token':'a'}}";
        return JsonVocabulary.of(JSON.readTree(file.replace('\'', '"')), 0).types();
    }

    @Test
    void idsAreNumbersWithFewGaps() {
        assertThatThrownBy(() -> specials("{'model':{'type':'BPE','vocab':{'a':0,'b':2147483646}}}"))
                .hasMessage("at most 65536 ids may be without a token; tokens=2, largest id=2147483646");
        for (String id : new String[] {"-1", "1.5", "'1'", "4444444444"}) {
            assertThatThrownBy(() -> specials("{'model':{'type':'BPE','vocab':{'a':" + id + "}}}"))
                    .hasMessage("a token's id must be a whole number from 0 to 2147483647; token=a, found="
                            + id.replace('\'', '"'));
        }
    }

    /** T5: an end and no start; Unigram says by number what is unknown. */
    @Test
    void t5HasAnEndAndNoStart() throws IOException {
        assertThat(
                        specials(
                                "{'added_tokens':[" + special(0, "<pad>") + "," + special(1, "</s>") + ","
                                        + special(2, "<unk>")
                                        + "," + special(4, "<extra_id_0>")
                                        + "],'post_processor':{'type':'TemplateProcessing','single':[{'Sequence':{'id':'A'}},"
                                        + "{'SpecialToken':{'id':'</s>'}}],'pair':[{'Sequence':{'id':'A'}},{'SpecialToken':{'id':'</s>'}},"
                                        + "{'Sequence':{'id':'B'}},{'SpecialToken':{'id':'</s>'}}]},"
                                        + "'model':{'type':'Unigram','unk_id':2,'vocab':[['<pad>',0],['</s>',0],['<unk>',0],['a',-1]]}}"))
                .isEqualTo(new Specials(0, -1, -1, 1, 2, 1, Set.of(4)));
    }

    /** Llama 3: the template stands in a sequence of processors and has a start only; the end is told by its name. */
    @Test
    void llama3HasAStartInItsTemplateAndAnEndByName() throws IOException {
        assertThat(specials("{'added_tokens':[" + special(2, "<|begin_of_text|>") + "," + special(3, "<|end_of_text|>")
                        + "],'post_processor':{'type':'Sequence','processors':[{'type':'ByteLevel'},"
                        + "{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'<|begin_of_text|>'}},"
                        + "{'Sequence':{'id':'A'}}],'pair':[]}]},"
                        + "'model':{'type':'BPE','vocab':{'a':0,'b':1}}}"))
                .isEqualTo(new Specials(-1, -1, 2, 3, -1, -1, Set.of()));
    }

    /** A name that is marked as special comes before one that is only a word. */
    @Test
    void whatIsMarkedAsSpecialComesFirst() throws IOException {
        assertThat(specials("{'added_tokens':[" + special(3, "<|endoftext|>")
                        + "],'model':{'type':'BPE','vocab':{'<s>':0,'</s>':1,'a':2}}}"))
                .isEqualTo(new Specials(-1, -1, 3, 3, -1, -1, Set.of()));
    }

    @Test
    void partsRoundTripAndMissingOnesAreRefused() throws IOException {
        Specials specials = new Specials(0, 103, 101, 102, 100, 102, Set.of(7, 3));
        assertThat(specials.all()).containsExactly(0, 3, 7, 100, 101, 102, 103);
        assertThat(Specials.fromJson(JSON.readTree(specials.toJson().toString())))
                .isEqualTo(specials);
        assertThatThrownBy(() -> Specials.fromJson(JSON.readTree("{\"pad\":0}")))
                .hasMessageContaining("special ids must have [pad, mask, bos, eos, unknown, separator] and all");
        assertThatThrownBy(() -> new Specials(-2, 0, 0, 0, 0, 0, Set.of())).hasMessageContaining("found=-2");
        assertThat(new Specials(-1, -1, -1, -1, -1, -1, Set.of()).filler()).isZero();
        assertThat(new Specials(-1, -1, -1, 6, -1, -1, Set.of()).start()).isEqualTo(6);
    }
}
