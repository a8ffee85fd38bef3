package io.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.FoveaException;
import io.fovea.data.EncoderOptions.Missing;
import io.fovea.data.EncoderOptions.Scaler;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** The policies of {@link TableEncoder}, each with its message. */
class TableEncoderTest {
    private static final EncoderOptions PLAIN = EncoderOptions.DEFAULT;

    private static Column numbers(String name, double... values) {
        return Column.of(name, values);
    }

    private static Column texts(String name, String... values) {
        return Column.of(name, values);
    }

    private static Table table(Column... columns) {
        return Table.of(List.of(columns));
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(EncoderOptions options, Column... columns) {
        return assertThatThrownBy(() -> TableEncoder.fit(table(columns), options))
                .isInstanceOf(FoveaException.class);
    }

    private static float[] column(TableEncoder encoder, Table table, int slot) {
        float[] all = encoder.encode(table);
        float[] one = new float[table.rows()];
        for (int i = 0; i < one.length; i++) {
            one[i] = all[i * encoder.width() + slot];
        }
        return one;
    }

    // ---- numbers ----

    @Test
    void scalersTakeTheFiguresOfTheTrainingRows() {
        Table t = table(numbers("x", 1, 2, 3, 6, 1000), numbers("y", 5, 4, 3, 2, 1));
        int[] training = {0, 1, 2, 3};
        double std = Math.sqrt(14 / 4.0);
        expect(t, training, Scaler.STANDARD, x -> (x - 3) / std);
        expect(t, training, Scaler.MINMAX, x -> (x - 1) / 5);
        expect(t, training, Scaler.ROBUST, x -> (x - 2.5) / 2);
        expect(t, training, Scaler.LOG1P, Math::log1p);
        expect(t, training, Scaler.NONE, x -> x);
    }

    private static void expect(Table t, int[] training, Scaler scaler, java.util.function.DoubleUnaryOperator f) {
        TableEncoder encoder = TableEncoder.fit(t, training, PLAIN.withScaler(scaler));
        float[] ours = column(encoder, t, 0);
        for (int i = 0; i < ours.length; i++) {
            assertThat(ours[i]).as(scaler + " row " + i).isEqualTo((float)
                    f.applyAsDouble(t.column("x").numbers()[i]));
        }
        Table back = encoder.decode(encoder.encode(t));
        for (int i = 0; i < ours.length; i++) {
            assertThat(back.column("x").numbers()[i]).isCloseTo(t.column("x").numbers()[i], within(1e-3));
        }
    }

    @Test
    void constantColumnsAreKeptWithScaleOne() {
        Table t = table(numbers("c", 0.1, 0.1, 0.1), numbers("x", 1, 2, 4));
        for (Scaler scaler : List.of(Scaler.STANDARD, Scaler.MINMAX, Scaler.ROBUST)) {
            TableEncoder encoder = TableEncoder.fit(t, PLAIN.withScaler(scaler));
            assertThat(column(encoder, t, 0)).containsExactly(0, 0, 0);
            assertThat(encoder.columns().get(0).scale()).isEqualTo(1);
            assertThat(encoder.remarks()).singleElement().asString().contains("\"c\"", "constant", "0.1");
        }
        refused(PLAIN, numbers("c", 3, 3), numbers("d", 1, 1))
                .hasMessageContaining("Every column of the table is constant over the 2 training rows");
        refused(PLAIN, numbers("c", 3)).hasMessageContaining("1 training row");
    }

    @Test
    void equalQuartilesFallBackOnTheDeviation() {
        Table t = table(numbers("x", 0, 0, 0, 0, 0, 0, 0, 8));
        TableEncoder encoder = TableEncoder.fit(t, PLAIN.withScaler(Scaler.ROBUST));
        assertThat(encoder.columns().get(0).scale()).isCloseTo(Math.sqrt(7), within(1e-12));
        assertThat(encoder.remarks()).singleElement().asString().contains("\"x\"", "quartiles");
    }

    @Test
    void infiniteAndHugeNumbersAreRefusedByColumnAndRow() {
        refused(PLAIN, numbers("x", 1, Double.POSITIVE_INFINITY, 2))
                .hasMessageContaining("\"x\"")
                .hasMessageContaining("row 2")
                .hasMessageContaining("infinite");
        refused(PLAIN.withScaler(Scaler.LOG1P), numbers("x", 1, -2, 2))
                .hasMessageContaining("\"x\"")
                .hasMessageContaining("row 2")
                .hasMessageContaining("above -1");
        TableEncoder encoder = TableEncoder.fit(table(numbers("x", 1, 2)), PLAIN);
        assertThatThrownBy(() -> encoder.encode(table(numbers("x", 1e300))))
                .hasMessageContaining("\"x\"")
                .hasMessageContaining("too large");
        assertThatThrownBy(() -> encoder.encode(table(numbers("x", 0, Double.NEGATIVE_INFINITY))))
                .hasMessageContaining("row 2");
    }

    @Test
    void missingNumbersAreRefusedOrTheMedian() {
        Column x = numbers("x", 1, Double.NaN, 5, 100);
        refused(PLAIN, x).hasMessageContaining("\"x\"").hasMessageContaining("1 missing cell, in row 2");
        Table t = table(x, numbers("y", 1, 2, 3, 4));
        TableEncoder encoder = TableEncoder.fit(
                t, new int[] {0, 1, 2}, PLAIN.withMissing(Missing.MEDIAN).withScaler(Scaler.NONE));
        assertThat(column(encoder, t, 0)).containsExactly(1, 3, 5, 100);
        assertThat(encoder.remarks()).singleElement().asString().contains("\"x\"", "1 missing cell", "median 3");
        TableEncoder strict = TableEncoder.fit(table(numbers("x", 1, 2)), PLAIN);
        assertThatThrownBy(() -> strict.encode(table(numbers("x", 1, Double.NaN, Double.NaN))))
                .hasMessageContaining("2 missing cells, the first in row 2");
        TableEncoder empty = TableEncoder.fit(table(numbers("e", Double.NaN, Double.NaN), numbers("y", 1, 2)), PLAIN);
        assertThat(empty.features()).containsExactly("y");
        assertThat(empty.remarks()).singleElement().asString().contains("\"e\"", "no value");
    }

    // ---- levels ----

    @Test
    void levelsAreOneFeatureEach() {
        Table t = table(texts("island", "b", "a", "b", "c"), numbers("x", 1, 2, 3, 4));
        TableEncoder encoder = TableEncoder.fit(t, PLAIN.withScaler(Scaler.NONE));
        assertThat(encoder.features()).containsExactly("island=a", "island=b", "island=c", "x");
        assertThat(Arrays.copyOf(encoder.encode(t), 8)).containsExactly(0, 1, 0, 1, 1, 0, 0, 2);
        Table back = encoder.decode(new float[] {0.2f, 0.1f, 0.6f, 7});
        assertThat(back.row(0)).isEqualTo(Map.of("island", "c", "x", "7"));
        Table other = table(texts("island", "z", "a"), numbers("x", 1, 2));
        assertThat(Arrays.copyOf(encoder.encode(other), 4)).containsExactly(0, 0, 0, 1);
        assertThat(encoder.unseen(other)).isEqualTo(Map.of("island", List.of("z")));
        assertThat(encoder.unseen(t)).isEmpty();
    }

    @Test
    void missingLevelsAreRefusedOrTheMostFrequent() {
        Column level = texts("l", "a", null, "b", "b");
        refused(PLAIN, level).hasMessageContaining("\"l\"").hasMessageContaining("row 2");
        Table t = table(level);
        TableEncoder encoder = TableEncoder.fit(t, PLAIN.withMissing(Missing.MEDIAN));
        assertThat(column(encoder, t, 1)).containsExactly(0, 1, 1, 1);
        assertThat(encoder.remarks()).singleElement().asString().contains("\"l\"", "most frequent level \"b\"");
    }

    @Test
    void numbersMayBeLevels() {
        Table t = table(numbers("k", 3, 1, 3), numbers("x", 1, 2, 3));
        TableEncoder encoder = TableEncoder.fit(t, PLAIN.withCategorical(List.of("k")));
        assertThat(encoder.features()).containsExactly("k=1", "k=3", "x");
    }

    @Test
    void manyLevelsDatesFreeTextAndConstantsAreLeftOutWithAReason() {
        int n = 60;
        Column x = Column.of("x", IntStream.range(0, n).mapToDouble(i -> i * i).toArray());
        String[] days = IntStream.range(0, n)
                .mapToObj(i -> "2020-0" + (1 + i / 28) + "-" + (10 + i % 28))
                .toArray(String[]::new);
        String[] words = IntStream.range(0, n).mapToObj(i -> "word " + i).toArray(String[]::new);
        String[] many = IntStream.range(0, n).mapToObj(i -> "level" + i / 2).toArray(String[]::new);
        String[] same = IntStream.range(0, n).mapToObj(i -> "same").toArray(String[]::new);
        Table t = table(x, texts("when", days), texts("comment", words), texts("city", many), texts("c", same));
        TableEncoder encoder = TableEncoder.fit(t, PLAIN.withMaxLevels(20));
        assertThat(encoder.features()).containsExactly("x");
        assertThat(encoder.remarks()).hasSize(4);
        assertThat(encoder.remarks().get(0)).contains("\"when\"", "dates");
        assertThat(encoder.remarks().get(1)).contains("\"comment\"", "another in every row");
        assertThat(encoder.remarks().get(2)).contains("\"city\"", "30 levels", "more than 20");
        assertThat(encoder.remarks().get(3)).contains("\"c\"", "constant (\"same\")");
        TableEncoder wanted = TableEncoder.fit(t, PLAIN.withMaxLevels(20).withCategorical(List.of("city")));
        assertThat(wanted.width()).isEqualTo(31);
        refused(PLAIN.withMaxLevels(20), texts("comment", words))
                .hasMessageContaining("No column")
                .hasMessageContaining("\"comment\"");
    }

    @Test
    void almostNumbersAreAMistake() {
        refused(PLAIN, texts("w", "1.5", "2", "12.5a", "3"), numbers("x", 1, 2, 3, 4))
                .hasMessageContaining("\"w\"")
                .hasMessageContaining("row 3")
                .hasMessageContaining("\"12.5a\"")
                .hasMessageContaining("only one");
        TableEncoder encoder = TableEncoder.fit(
                table(texts("w", "1.5", "2", "12.5a", "3"), numbers("x", 1, 2, 3, 4)),
                PLAIN.withCategorical(List.of("w")));
        assertThat(encoder.width()).isEqualTo(5);
    }

    // ---- columns kept aside ----

    @Test
    void rowNumbersAreLeftOut() {
        Table t = table(numbers("nr", 5, 6, 7, 8), numbers("user_id", 44, 7, 9, 1), numbers("x", 1, 2, 3, 5));
        TableEncoder encoder = TableEncoder.fit(t, PLAIN);
        assertThat(encoder.features()).containsExactly("x");
        assertThat(encoder.remarks()).hasSize(2).allMatch(r -> r.contains("numbers the rows"));
        assertThat(TableEncoder.fit(t, PLAIN.withNumeric(List.of("nr"))).features())
                .containsExactly("nr", "x");
        Table counted = table(numbers("t", 0, 1, 2, 3), numbers("u", 0, 1, 2, 3), numbers("x", 1, 2, 3, 5));
        assertThat(TableEncoder.fit(counted, new int[] {3, 0, 2}, PLAIN).features())
                .containsExactly("u", "x");
    }

    @Test
    void labelAndIdsAreKeptAside() {
        Table t = table(texts("code", "a", "b", "c"), numbers("x", 1, 2, 4), texts("label", "p", "q", "p"));
        TableEncoder encoder = TableEncoder.fit(t, PLAIN.withIds(List.of("code")));
        assertThat(encoder.features()).containsExactly("x");
        assertThat(encoder.label()).isEqualTo("label");
        assertThat(encoder.ids()).containsExactly("code");
        assertThat(encoder.labels(t)).containsExactly("p", "q", "p");
        assertThat(encoder.labels(t.select(List.of("x")))).isNull();
        assertThat(TableEncoder.fit(t, PLAIN.withLabel("code").withIgnored(List.of("label")))
                        .features())
                .containsExactly("x");
        refused(PLAIN.withLabel("labels"), numbers("x", 1, 2), texts("label", "a", "b"))
                .hasMessageContaining("did you mean \"label\"");
        refused(PLAIN.withIgnored(List.of("y")), numbers("x", 1, 2)).hasMessageContaining("\"y\"");
    }

    // ---- other tables ----

    @Test
    void columnsAreFoundByNameAndRefusedWithBothLists() {
        TableEncoder encoder = TableEncoder.fit(
                table(numbers("a", 1, 2), numbers("b", 3, 5), texts("c", "u", "v")), PLAIN.withScaler(Scaler.NONE));
        Table shuffled = table(texts("c", "v"), numbers("more", 0), numbers("b", 8), numbers("a", 9));
        assertThat(encoder.encode(shuffled)).containsExactly(9, 8, 0, 1);
        assertThatThrownBy(() -> encoder.encode(table(numbers("a", 1), numbers("bb", 2))))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("lacks b, c")
                .hasMessageContaining("has instead bb")
                .hasMessageContaining("The model's columns: a, b, c")
                .hasMessageContaining("The table's columns: a, bb");
        assertThatThrownBy(() -> encoder.encode(table(texts("a", "1", "x"), numbers("b", 2, 2), texts("c", "u", "u"))))
                .hasMessageContaining("\"a\"")
                .hasMessageContaining("row 2")
                .hasMessageContaining("\"x\"");
    }

    @Test
    void jsonHoldsAllOfIt() {
        Table t = table(numbers("a", 1, Double.NaN, 4), texts("c", "u", "v", null), texts("label", "x", "y", "x"));
        TableEncoder encoder =
                TableEncoder.fit(t, PLAIN.withMissing(Missing.MEDIAN).withScaler(Scaler.LOG1P));
        TableEncoder again = TableEncoder.ofJson(encoder.json());
        assertThat(again.json()).isEqualTo(encoder.json());
        assertThat(again.encode(t)).containsExactly(encoder.encode(t));
        assertThat(again.remarks()).isEqualTo(encoder.remarks()).isNotEmpty();
        assertThat(again.label()).isEqualTo("label");
        String broken = encoder.json().replace("\"slot\" : 1", "\"slot\" : 7");
        assertThatThrownBy(() -> TableEncoder.ofJson(broken))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("\"c\"");
        assertThatThrownBy(() -> TableEncoder.ofJson("{}")).isInstanceOf(FoveaException.class);
    }

    @Test
    void readingForAnEncoderNeedsNoLookThrough() {
        Table t = table(texts("code", "1", "2", "3"), numbers("x", 1, 2, 4), texts("c", "u", "v", "u"));
        TableEncoder encoder = TableEncoder.fit(t, PLAIN.withIds(List.of("code")));
        TableOptions reading = encoder.reading(TableOptions.DEFAULT, List.of("x", "c", "code", "other"), List.of());
        assertThat(reading.kinds())
                .isEqualTo(Map.of("x", Column.Kind.NUMBER, "c", Column.Kind.TEXT, "code", Column.Kind.TEXT));
        assertThat(reading.others()).isEqualTo(Column.Kind.SKIP);
    }
}
