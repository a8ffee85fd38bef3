package io.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables out of delimited text: what is found out, what can be said instead, and what is refused. */
class TableTest {
    @TempDir
    Path folder;

    private Path file(byte[] content) throws IOException {
        Path file = folder.resolve("t.csv");
        Files.write(file, content);
        return file;
    }

    private Path file(String content) throws IOException {
        return file(content.getBytes(StandardCharsets.UTF_8));
    }

    private Table read(String content) throws IOException {
        return Table.read(file(content));
    }

    private static List<String> texts(Table table, String column) {
        return IntStream.range(0, table.rows())
                .mapToObj(i -> table.column(column).text(i))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    // ---- what is found out ----

    @Test
    void readsNumbersAndTextsInTheOrderOfTheFile() throws IOException {
        Table t = read("a,name,b\n1,x,2.5\n-3e2,\"y, \"\"z\"\"\",NA\n");
        assertThat(t.names()).containsExactly("a", "name", "b");
        assertThat(t.column("a").numbers()).containsExactly(1, -300);
        assertThat(texts(t, "name")).containsExactly("x", "y, \"z\"");
        assertThat(t.column("b").numbers()[0]).isEqualTo(2.5);
        assertThat(t.column("b").isMissing(1)).isTrue();
        assertThat(t.where(1)).isEqualTo("line 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t", "|"})
    void findsTheDelimiter(String d) throws IOException {
        Table t = read(String.join(d, "a", "b", "c") + "\r\n" + String.join(d, "1", "x y", "2.5") + "\r\n"
                + String.join(d, "4", "z", "7") + "\r\n");
        assertThat(t.names()).containsExactly("a", "b", "c");
        assertThat(t.column("c").numbers()).containsExactly(2.5, 7);
    }

    @Test
    void semicolonsAndDecimalCommasAreNotCutAtTheCommas() throws IOException {
        Table t = read("1,5;2,5\n3,25;4,0\n-1.234,5;7\n");
        assertThat(t.names()).containsExactly("column1", "column2");
        assertThat(t.column("column1").numbers()).containsExactly(1.5, 3.25, -1234.5);
        assertThat(t.column("column2").numbers()).containsExactly(2.5, 4, 7);
    }

    @Test
    void semicolonsWithDecimalPointsKeepThePoint() throws IOException {
        Table t = read("a;b\n1.5;x,y\n2.25;z\n");
        assertThat(t.column("a").numbers()).containsExactly(1.5, 2.25);
        assertThat(texts(t, "b")).containsExactly("x,y", "z");
    }

    @Test
    void commasInTextDoNotMakeColumns() throws IOException {
        Table t = read("name;city\nDoe, John;Paris, FR\nRoe, Ann;Rome, IT\n");
        assertThat(t.names()).containsExactly("name", "city");
    }

    @Test
    void apostrophesMayQuote() throws IOException {
        Table t = read("a,b\n1,'x,y'\n2,'z'\n");
        assertThat(texts(t, "b")).containsExactly("x,y", "z");
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-8,false",
        "UTF-8,true",
        "UTF-16LE,true",
        "UTF-16BE,true",
        "UTF-16LE,false",
        "UTF-16BE,false",
        "ISO-8859-1,false",
        "windows-1252,false"
    })
    void findsTheEncoding(String name, boolean marked) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Charset charset = Charset.forName(name);
        if (marked) {
            bytes.write("\uFEFF".getBytes(charset));
        }
        bytes.write("größe,ort\n1,Zürich\n2,Köln\n".getBytes(charset));
        Table t = Table.read(file(bytes.toByteArray()));
        assertThat(t.names()).containsExactly("größe", "ort");
        assertThat(texts(t, "ort")).containsExactly("Zürich", "Köln");
    }

    @Test
    void anUmlautOfLatin1BehindAMegabyteOfAsciiIsRead() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write("a,b\n".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 200_000; i++) {
            bytes.write("12,word\n".getBytes(StandardCharsets.US_ASCII));
        }
        bytes.write("13,Köln\n".getBytes(StandardCharsets.ISO_8859_1));
        Path file = file(bytes.toByteArray());
        Table t = Table.read(file);
        assertThat(t.column("b").text(200_000)).isEqualTo("Köln");
        assertThatThrownBy(() -> Table.read(file, TableOptions.DEFAULT.withEncoding("UTF-8")))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("not text in UTF-8")
                .hasMessageContaining("windows-1252");
    }

    @Test
    void gzipIsUnpacked() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("a,b\n1,2\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Table.read(file(bytes.toByteArray())).column("b").numbers()).containsExactly(2);
    }

    @Test
    void headersAreTold() throws IOException {
        assertThat(read("1,2\n3,4\n").names()).containsExactly("column1", "column2");
        assertThat(read("0,1,2,3\n5,5,5,5\n7,8,9,9\n").rows()).isEqualTo(2);
        assertThat(read("label,0,1,2\na,5,5,5\nb,8,9,9\n").names()).containsExactly("label", "0", "1", "2");
        assertThat(read("a,1,2,7\nb,5,5,5\nc,8,9,9\n").rows()).isEqualTo(3);
        assertThat(read("first,second\nx,y\n").names()).containsExactly("first", "second");
        assertThat(read("a,b,a,\n1,2,3,4\n").names()).containsExactly("a", "b", "a_2", "column4");
        assertThat(read("a,b,a\n1,2,3\n").remarks()).singleElement().asString().contains("\"a\"", "\"a_2\"");
        assertThat(Table.read(file("x,y\nz,w\n"), TableOptions.DEFAULT.withHeader(false))
                        .rows())
                .isEqualTo(2);
    }

    @Test
    void missingCellsAreEmptyOrWords() throws IOException {
        Table t = read("a,b\n,x\nNA,\nNaN,null\nnull,?\n?,NA\n7,\"\"\n");
        assertThat(t.column("a").kind()).isEqualTo(Column.Kind.NUMBER);
        assertThat(Arrays.copyOf(t.column("a").numbers(), 5)).containsOnly(Double.NaN);
        assertThat(t.column("a").numbers()[5]).isEqualTo(7);
        assertThat(texts(t, "b")).containsExactly("x", null, null, null, null, null);
        Table other = Table.read(file("a\n1\n-999\n"), TableOptions.DEFAULT.withMissing(List.of("-999", "NA")));
        assertThat(other.rows()).isEqualTo(2);
    }

    @Test
    void aWordAmongNumbersBehindTheSampleMakesTheColumnText() throws IOException {
        String rows =
                IntStream.range(0, 1000).mapToObj(i -> i + ",0" + i + "\n").collect(Collectors.joining());
        Table t = read("a,b\n" + rows + "x1,5\n");
        assertThat(t.column("a").kind()).isEqualTo(Column.Kind.TEXT);
        assertThat(t.column("a").text(999)).isEqualTo("999");
        assertThat(t.column("b").kind()).isEqualTo(Column.Kind.NUMBER);
        Table kept = Table.read(file("a,b\n" + rows), TableOptions.DEFAULT.withText(List.of("b")));
        assertThat(kept.column("b").text(7)).isEqualTo("07");
    }

    @Test
    void numbersAreThoseOfJava() throws IOException {
        Random random = new Random(3);
        List<String> cells = new ArrayList<>(List.of(
                "0",
                "-0",
                "+5",
                "5.",
                ".5",
                "1e5",
                "1E-300",
                "9007199254740993",
                "123456789012345678901234567890",
                "0.1",
                "0.30000000000000004",
                "1e400",
                "4.9e-324",
                "00012",
                "inf",
                "-Infinity",
                "1.7976931348623157e308"));
        for (int i = 0; i < 2000; i++) {
            double x = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(x)) {
                cells.add(Double.toString(x));
                cells.add(Float.toString((float) random.nextGaussian()));
                cells.add(String.format(
                        java.util.Locale.ROOT, "%." + random.nextInt(20) + "f", random.nextGaussian() * 1e6));
            }
        }
        double[] numbers =
                read("x\n" + String.join("\n", cells) + "\n").column("x").numbers();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i).replace("inf", "Infinity");
            if (Double.compare(numbers[i], Double.parseDouble(cell)) != 0) {
                assertThat(numbers[i]).as(cells.get(i)).isEqualTo(Double.parseDouble(cell));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.3", "1,5", "0x10", "1d", "5f", "1e", "e5", "--1", "1 2", ".", "-", "NaN1", "infinit", "1_000"
            })
    void thisIsNoNumber(String cell) throws IOException {
        assertThat(new CellParser(false, List.of()).number(cell)).isNaN();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.234,5|1234.5",
                "1.234.567|1234567",
                "1,5e3|1500",
                "-0,25|-0.25",
                "12.34|NaN",
                "1.2345,6|NaN",
                "1.234.5|NaN",
                ".5|NaN",
                "1.234.56,7|NaN"
            })
    void numbersWithADecimalComma(String cell, Double expected) {
        assertThat(new CellParser(true, List.of()).number(cell)).isEqualTo(expected);
    }

    // ---- shapes ----

    @Test
    void oneRowOneColumnAndTenThousandColumns() throws IOException {
        assertThat(read("a,b\n1,2\n").rows()).isEqualTo(1);
        Table column = read("a\n1\n\n3\n\n\n");
        assertThat(column.column("a").numbers()).containsExactly(1, Double.NaN, 3);
        assertThat(column.where(2)).isEqualTo("line 4");
        String names = IntStream.range(0, 10_000).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
        String row = IntStream.range(0, 10_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
        Table wide = read(names + "\n" + row + "\n" + row + "\n");
        assertThat(wide.columns()).hasSize(10_000);
        assertThat(wide.column("c9999").numbers()).containsExactly(9999, 9999);
    }

    @Test
    void blankLinesArePassedOverAndLinesStayRight() throws IOException {
        Table t = read("\n\na,b\n1,2\n\n3,\"4\n5\"\n6,7\n\n");
        assertThat(t.rows()).isEqualTo(3);
        assertThat(t.where(0)).isEqualTo("line 4");
        assertThat(t.where(1)).isEqualTo("line 6");
        assertThat(t.where(2)).isEqualTo("line 8");
        assertThat(t.slice(1, 3).where(1)).isEqualTo("line 8");
    }

    // ---- what is refused ----

    private void refused(String content, String... words) throws IOException {
        Path file = file(content);
        assertThatThrownBy(() -> Table.read(file))
                .isInstanceOf(FoveaException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void eachFaultIsNamed() throws IOException {
        refused("", "t.csv is empty");
        refused("\n\n", "no line");
        refused("a,b\n", "column names (a, b) but no rows");
        refused("a,b,c\n1,2,3\n\n1,2\n", "line 4 has 2 cells, but the first line has 3");
        refused("a,b\n1,2\n1,2,3\n", "line 3 has 3 cells");
        refused("a,b\n1,\"2\n3,4\n", "t.csv", "quote", "line 2");
        refused("a,b\n1,\"2\"x\n3,4\n", "line 2");
        refused("PAR1xxxx", "Parquet");
        refused("PK\3\4xxxx", "workbook");
        refused("a,b\n1,\0\n", "zero bytes");
        refused("a b c\n1 2 3\n4 5 6\n", "single column", "blanks");
        assertThatThrownBy(() -> Table.read(folder)).hasMessageContaining("is a folder");
        assertThatThrownBy(() -> Table.read(folder.resolve("none.csv"))).hasMessageContaining("does not exist");
    }

    @Test
    void aWrongDelimiterIsNoticed() throws IOException {
        Path file = file("a;b;c\n1;2;3\n4;5;6\n");
        assertThatThrownBy(() -> Table.read(file, TableOptions.DEFAULT.withDelimiter(',')))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("single column when it is cut at \",\"")
                .hasMessageContaining("3 cells when it is cut at \";\"");
        assertThat(Table.read(file("a b\n1 2\n"), TableOptions.DEFAULT.withDelimiter(' '))
                        .names())
                .containsExactly("a", "b");
    }

    @Test
    void wrongOptionsAreNamed() throws IOException {
        Path file = file("alpha,beta\n1,x\n");
        assertThatThrownBy(() -> Table.read(file, TableOptions.DEFAULT.withEncoding("klingon")))
                .hasMessageContaining("klingon");
        assertThatThrownBy(() -> Table.read(file, TableOptions.DEFAULT.withText(List.of("alpa"))))
                .hasMessageContaining("did you mean \"alpha\"");
        assertThatThrownBy(() -> Table.read(file, TableOptions.DEFAULT.withKinds(Map.of("beta", Column.Kind.NUMBER))))
                .hasMessageContaining("\"beta\"")
                .hasMessageContaining("line 2")
                .hasMessageContaining("\"x\"");
        assertThatThrownBy(() -> Table.read(file).column("betta")).hasMessageContaining("did you mean \"beta\"");
    }

    @Test
    void damagedFilesGiveOneClearErrorEach() throws IOException {
        byte[] whole = "a,b,\"c d\"\n1,\"x;y\",3.5\n2,'z',NA\n\"7\",,1e9\n".getBytes(StandardCharsets.UTF_8);
        Random random = new Random(5);
        int read = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(8) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int k = 0; k < 1 + random.nextInt(4) && damaged.length > 0; k++) {
                damaged[random.nextInt(damaged.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(256) : ",;\"\n\t'|\r".charAt(random.nextInt(8)));
            }
            try {
                Table.read(file(damaged));
                read++;
            } catch (FoveaException e) {
                assertThat(e.getMessage()).contains("t.csv");
            }
        }
        assertThat(read).isBetween(100, 900);
    }

    // ---- parts and writing ----

    @Test
    void partsHaveTheSameKindsAndTogetherAreTheWhole() throws IOException {
        String rows = IntStream.range(0, 1000)
                .mapToObj(i -> i + "," + (i < 900 ? "" + i : "w" + i) + "\n")
                .collect(Collectors.joining());
        Path file = file("a,b\n" + rows);
        Table whole = Table.read(file);
        double[] a = new double[1000];
        int at = 0;
        try (TableChunks chunks = TableChunks.open(file, TableOptions.DEFAULT, 300)) {
            assertThat(chunks.rows()).isEqualTo(1000);
            assertThat(chunks.names()).containsExactly("a", "b");
            while (chunks.hasNext()) {
                Table part = chunks.next();
                assertThat(part.column("b").kind()).isEqualTo(Column.Kind.TEXT);
                assertThat(part.where(0)).isEqualTo("line " + (at + 2));
                for (int i = 0; i < part.rows(); i++) {
                    assertThat(part.column("b").text(i))
                            .isEqualTo(whole.column("b").text(at));
                    a[at++] = part.column("a").numbers()[i];
                }
            }
        }
        assertThat(a).isEqualTo(whole.column("a").numbers());
    }

    @Test
    void aFaultBehindTheFirstPartIsNamedWithItsLine() throws IOException {
        String rows = IntStream.range(0, 500).mapToObj(i -> i + ",1\n").collect(Collectors.joining());
        Path file = file("a,b\n" + rows + "x,2\n");
        TableOptions known = TableOptions.DEFAULT.withOthers(Column.Kind.NUMBER);
        try (TableChunks chunks = TableChunks.open(file, known, 200)) {
            assertThat(chunks.rows()).isEqualTo(-1);
            chunks.next();
            chunks.next();
            assertThatThrownBy(chunks::next).hasMessageContaining("\"a\"").hasMessageContaining("line 502");
        }
        Path ragged = file("a,b\n" + rows + "1,2,3\n");
        assertThatThrownBy(() -> TableChunks.open(ragged, TableOptions.DEFAULT, 200))
                .hasMessageContaining("line 502");
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Path file = file("id,x,name\n007,1.5,\"a,b\"\n008,,\"say \"\"hi\"\"\"\n009,3,\n");
        Table t = Table.read(file, TableOptions.DEFAULT.withText(List.of("id")));
        Path out = folder.resolve("out.csv");
        TableWriter.write(out, ',', false, w -> {
            Table part = t.select(List.of("id", "name")).with(Column.of("map1", new double[] {0.1f, -2, 1e-9f}));
            w.add(part.slice(0, 2));
            w.add(part.slice(2, 3));
            assertThat(w.rows()).isEqualTo(3);
        });
        assertThat(Files.readString(out))
                .isEqualTo("id,name,map1\n007,\"a,b\",0.1\n008,\"say \"\"hi\"\"\",-2\n009,,1.0E-9\n");
        assertThatThrownBy(() -> TableWriter.write(out, ',', false, w -> {})).hasMessageContaining("exists already");
        assertThatThrownBy(() -> t.with(Column.of("x", new double[3]))).hasMessageContaining("two columns named \"x\"");
    }
}
