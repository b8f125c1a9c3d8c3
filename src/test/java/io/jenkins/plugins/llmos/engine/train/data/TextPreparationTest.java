package io.jenkins.plugins.llmos.engine.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TextPreparationTest {
    private static final Path FILE = Path.of("book.txt");
    private static final int END = 98;
    private static final int NONE = 99;

    @Property(tries = 50)
    void passagesJoinedAreTheText(
            @ForAll @AlphaChars @Chars({' ', '\n'}) @StringLength(min = 1, max = 60) String text,
            @ForAll @IntRange(min = 1, max = 9) int count) {
        List<String> passages = TextPreparation.passages(text, count);

        assertEquals(text, String.join("", passages));
        assertTrue(passages.size() <= count);
        assertTrue(passages.stream().noneMatch(String::isEmpty), passages.toString());
    }

    @Test
    void passagesEndWithLinesAndNeverWithinACharacter() {
        String text = "one two three four\nfive six seven\neight nine\n".repeat(5);
        TextPreparation.passages(text, 4).forEach(p -> assertTrue(p.endsWith("\n"), p));
        TextPreparation.passages("😀".repeat(11), 5).forEach(p -> assertEquals(0, p.length() % 2));
    }

    @Property(tries = 50)
    void everyTokenButTheFirstIsPredictedOnce(
            @ForAll @NotEmpty @Size(max = 4) List<@Size(max = 9) List<@IntRange(max = 97) Integer>> texts,
            @ForAll @IntRange(min = 2, max = 6) int context) {
        List<int[]> documents =
                texts.stream().map(t -> t.stream().mapToInt(i -> i).toArray()).toList();
        IntStream.Builder stream = IntStream.builder().add(END);
        documents.forEach(d -> {
            IntStream.of(d).forEach(stream::add);
            stream.add(END);
        });
        assertArrayEquals(
                stream.build().toArray(), joined(TextPreparation.sequences(documents, context, END, NONE, true)));

        List<int[]> expected = new ArrayList<>();
        for (int[] document : documents) {
            List<int[]> rows = TextPreparation.sequences(List.of(document), context, END, NONE, false);
            assertArrayEquals(
                    IntStream.concat(IntStream.of(END), IntStream.concat(IntStream.of(document), IntStream.of(END)))
                            .toArray(),
                    joined(rows));
            expected.addAll(rows);
        }
        List<int[]> rows = TextPreparation.sequences(documents, context, END, NONE, false);
        assertArrayEquals(expected.toArray(), rows.toArray());
        rows.forEach(r -> assertEquals(context + 1, r.length));
    }

    @Test
    void aUnitsRowHoldsAsManyOfItsSequencesAsItMayWhateverOthersThereAre() {
        List<int[]> few = List.of(new int[] {1, 2, 3}, new int[] {3, 4, NONE});
        assertArrayEquals(new int[] {1, 2, 3, 3, 4, NONE, NONE, NONE, NONE}, TextPreparation.row(few, 3, NONE, 1));

        List<int[]> many =
                IntStream.range(0, 20).mapToObj(i -> new int[] {i, i, i}).toList();
        int[] row = TextPreparation.row(many, 4, NONE, 1);
        assertEquals(12, row.length);
        assertEquals(4, IntStream.of(row).distinct().count());
        assertArrayEquals(row, TextPreparation.row(many, 4, NONE, 1));
        assertFalse(Arrays.equals(row, TextPreparation.row(many, 4, NONE, 2)));
    }

    @Test
    void unitsStayWholeInOnePart() {
        List<List<String>> units =
                IntStream.range(0, 30).mapToObj(i -> List.of("a" + i, "b" + i)).toList();
        List<List<List<String>>> parts = TextPreparation.units(FILE, units, 0.2, 0.1, 5);
        assertEquals(List.of(21, 3, 6), parts.stream().map(List::size).toList());
        assertEquals(Set.copyOf(units), parts.stream().flatMap(List::stream).collect(Collectors.toSet()));
    }

    /** The rows' tokens; each row begins with the last of the one before. */
    private static int[] joined(List<int[]> rows) {
        IntStream.Builder all = IntStream.builder();
        int last = END;
        all.add(last);
        for (int[] row : rows) {
            assertEquals(last, row[0]);
            for (int i = 1; i < row.length && row[i] != NONE; i++) {
                last = row[i];
                all.add(last);
            }
        }
        return all.build().toArray();
    }

    @Test
    void dividesManyDocumentsWholeAndFewByPassages() {
        List<String> many =
                IntStream.range(0, 200).mapToObj(i -> "document " + i).toList();
        List<List<String>> parts = TextPreparation.parts(FILE, many, 0.2, 0.1, 1);
        List<String> all = parts.stream().flatMap(List::stream).sorted().toList();
        assertEquals(many.stream().sorted().toList(), all);
        assertEquals(List.of(140, 20, 40), parts.stream().map(List::size).toList());

        String book = "It was a dark and stormy night.\n".repeat(300);
        parts = TextPreparation.parts(FILE, List.of(book), 0.2, 0.1, 1);
        int[] lengths = parts.stream()
                .mapToInt(p -> p.stream().mapToInt(String::length).sum())
                .toArray();
        assertEquals(book.length(), IntStream.of(lengths).sum());
        assertEquals(0.1, (double) lengths[1] / book.length(), 0.02);
        assertEquals(0.2, (double) lengths[2] / book.length(), 0.02);
        assertEquals(parts, TextPreparation.parts(FILE, List.of(book), 0.2, 0.1, 1));
    }

    @Test
    void refusesATextTooShortToDivide() {
        InvalidInputException e =
                assertThrows(InvalidInputException.class, () -> TextPreparation.parts(FILE, List.of("a"), 0.1, 0.1, 1));
        assertTrue(e.getMessage().contains("1 passage, too few"), e.getMessage());
    }
}
