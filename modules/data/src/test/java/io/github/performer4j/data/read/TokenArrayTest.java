package io.github.performer4j.data.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids in as few bytes as their vocabulary allows. */
class TokenArrayTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 256, 257, 65_536, 65_537, Integer.MAX_VALUE})
    void anArrayHoldsEveryIdOfItsVocabulary(int vocabulary) {
        TokenArray array = new TokenArray(vocabulary, 0);
        int[] ids = {0, vocabulary - 1, vocabulary / 2};
        IntStream.of(ids).forEach(array::add);
        array.set(2, vocabulary - 1);
        assertThat(array.toInts()).containsExactly(0, vocabulary - 1, vocabulary - 1);
        assertThat(array.slice(1, 3).toInts()).containsExactly(vocabulary - 1, vocabulary - 1);
        assertThat(array.slice(0, 3).bytes()).isEqualTo(3L * (vocabulary <= 256 ? 1 : vocabulary <= 65_536 ? 2 : 4));
    }
}
