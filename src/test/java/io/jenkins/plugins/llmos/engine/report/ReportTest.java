package io.jenkins.plugins.llmos.engine.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.report.Timeline.Bar;
import io.jenkins.plugins.llmos.engine.report.Timeline.Kind;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {
    private static Document parse(String xml) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml)));
        } catch (Exception e) {
            throw new AssertionError(e.getMessage() + "\n" + xml, e);
        }
    }

    private static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    private static List<Element> ofClass(Document document, String element, String name) {
        return elements(document, element).stream()
                .filter(e -> List.of(e.getAttribute("class").split(" ", -1)).contains(name))
                .toList();
    }

    @Test
    void pageIsWellFormedAndInert() throws Exception {
        Document page = parse(SamplePage.page().html());
        assertTrue(elements(page, "script").isEmpty());
        Set<String> ids = new HashSet<>();
        for (Element e : elements(page, "*")) {
            assertFalse(e.hasAttribute("style"), "a strict policy forbids style attributes");
            for (int i = 0; i < e.getAttributes().getLength(); i++) {
                assertFalse(e.getAttributes().item(i).getNodeName().startsWith("on"));
            }
            if (e.hasAttribute("id")) {
                assertTrue(ids.add(e.getAttribute("id")), e.getAttribute("id"));
            }
        }
        String style = elements(page, "style").get(0).getTextContent();
        String hash = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8)));
        assertTrue(
                elements(page, "meta").stream()
                        .anyMatch(m -> m.getAttribute("content").contains("style-src 'sha256-" + hash + "'")
                                && m.getAttribute("content").startsWith("default-src 'none'")),
                "the policy allows the page's own style and nothing else");
        assertEquals(
                "Quickstart <script>alert(1)</script>",
                elements(page, "h1").get(0).getTextContent());
    }

    @Test
    void everyDrawingSpeaksAndHasATable() {
        Document page = parse(SamplePage.page().html());
        List<Element> drawings = elements(page, "svg").stream()
                .filter(s -> s.getAttribute("role").equals("img"))
                .toList();
        assertEquals(9, drawings.size());
        for (Element drawing : drawings) {
            for (String id : List.of(drawing.getAttribute("aria-labelledby").split(" ", -1))) {
                assertTrue(
                        elements(page, "*").stream()
                                .anyMatch(e -> e.getAttribute("id").equals(id)
                                        && !e.getTextContent().isBlank()),
                        id);
            }
        }
        List<Element> figures = elements(page, "figure");
        assertEquals(10, figures.size());
        for (Element figure : figures) {
            assertEquals(1, figure.getElementsByTagName("details").getLength());
            assertEquals(1, figure.getElementsByTagName("table").getLength());
        }
    }

    @Test
    void patternsThatBarsUseExist() {
        Document page = parse(SamplePage.page().html());
        Set<String> patterns = new HashSet<>();
        elements(page, "pattern").forEach(p -> patterns.add("url(#" + p.getAttribute("id") + ")"));
        for (Element e : elements(page, "rect")) {
            String fill = e.getAttribute("fill");
            assertTrue(!fill.startsWith("url") || patterns.contains(fill), fill);
        }
    }

    @Test
    void timelineHasABarForEachAttempt() {
        List<Bar> bars = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            bars.add(new Bar("d" + bars.size() % 2, "<b>" + kind, bars.size() * 10, 100, kind));
        }
        Document html = parse(new Timeline("T", "D", List.of("d0", "d1", "idle"), bars).html("x"));
        assertEquals(bars.size(), ofClass(html, "g", "llmos-attempt").size());
        assertEquals(3, ofClass(html, "text", "llmos-row").size());
        Set<String> heights = new HashSet<>();
        ofClass(html, "rect", "llmos-bar").forEach(r -> heights.add(r.getAttribute("y") + r.getAttribute("x")));
        assertEquals(
                bars.size() + Kind.values().length,
                ofClass(html, "rect", "llmos-bar").size(),
                "bars and legend");
        assertEquals(bars.size() + 1, heights.size(), "bars that overlap stand below each other");
        assertThrows(IllegalArgumentException.class, () -> new Bar("d", "j", 2, 1, Kind.RAN));
        assertThrows(IllegalArgumentException.class, () -> new Bar("d", "j", 2, Double.NaN, Kind.RAN));
    }

    @Test
    void manyShortBarsStaySmall() {
        List<Bar> bars = IntStream.range(0, 100_000)
                .mapToObj(i -> new Bar("d" + i % 4, "job " + i, i * 0.25, i * 0.25 + 1, Kind.RAN))
                .toList();
        String html = new Timeline("T", "D", List.of(), bars).html("x");
        assertTrue(html.length() < 3_000_000, () -> html.length() + " characters");
        Document document = parse(html);
        assertTrue(ofClass(document, "g", "llmos-attempt").size() <= 4 * 1100);
        assertTrue(html.contains("The first 500 of 100,000 attempts."));
    }

    @Test
    void gapsAndValuesThatALogarithmCannotShow() {
        Series series = Series.of("s", new double[] {1, 2, 3, 4, 5, 6}, new double[] {1, 2, Double.NaN, 4, 0, 8});
        Document linear = parse(LineChart.of("T", "D", Axis.of("x"), Axis.of("y"), List.of(series))
                .html("x"));
        assertEquals(2, count(line(linear), 'M'));
        Document log = parse(LineChart.of("T", "D", Axis.of("x"), Axis.of("y").log(), List.of(series))
                .html("x"));
        assertEquals(3, count(line(log), 'M'));
        Document nothing = parse(LineChart.of(
                        "T", "D", Axis.of("x"), Axis.of("y").log(), List.of(Series.of("s", List.of(1), List.of(-1))))
                .html("x"));
        assertTrue(elements(nothing, "path").isEmpty());
        Document point = parse(
                LineChart.of("T", "D", Axis.of("x"), Axis.of("y"), List.of(Series.of("s", List.of(7), List.of(7))))
                        .html("x"));
        assertEquals(1, ofClass(point, "path", "llmos-marker").size());
    }

    private static String line(Document document) {
        return ofClass(document, "path", "llmos-line").get(0).getAttribute("d");
    }

    private static long count(String s, char c) {
        return s.chars().filter(x -> x == c).count();
    }

    @Test
    void longCurvesKeepTheirExtremes() {
        int n = 1_000_000;
        double[] x = IntStream.range(0, n).asDoubleStream().toArray();
        double[] y = IntStream.range(0, n).mapToDouble(i -> Math.sin(i / 1e5)).toArray();
        y[123_457] = 50;
        y[765_432] = -50;
        Series thin = Series.of("s", x, y).thinned(250);
        assertTrue(thin.size() <= 1000, () -> thin.size() + " points");
        double[] kept =
                IntStream.range(0, thin.size()).mapToDouble(thin::y).sorted().toArray();
        assertEquals(-50, kept[0]);
        assertEquals(50, kept[kept.length - 1]);
        assertEquals(0, thin.x(0));
        assertEquals(n - 1, thin.x(thin.size() - 1));
        Document chart = parse(LineChart.of("T", "D", Axis.of("x"), Axis.of("y"), List.of(Series.of("s", x, y)))
                .html("x"));
        assertEquals(31, elements(chart, "tr").size(), "a header and 30 points");
    }

    @Test
    void cumulativeDistributions() {
        Map<String, double[]> samples = new LinkedHashMap<>();
        samples.put("a", IntStream.rangeClosed(1, 100).asDoubleStream().toArray());
        samples.put("none", new double[] {Double.NaN});
        LineChart chart = LineChart.cumulative("T", "D", Axis.of("v"), samples);
        assertEquals(
                List.of("a", "100", "5", "25", "50", "75", "90", "95", "99", "100"),
                chart.table().rows().get(0));
        Document html = parse(chart.html("x"));
        assertEquals(100, count(line(html), 'H'));
        Series s = Series.cumulative("s", new double[] {3, 1, 2, 2});
        assertEquals(0, s.y(0));
        assertEquals(1, s.x(0));
        assertEquals(0.25, s.y(1));
        assertEquals(1, s.y(4));
    }

    @Test
    void bars() {
        Document html = parse(new BarChart(
                        "T",
                        "D",
                        "v",
                        Quantity.NUMBER,
                        List.of(
                                new BarChart.Bar("a", 50),
                                new BarChart.Bar("b", 100),
                                new BarChart.Bar("c", Double.NaN)))
                .html("x"));
        List<Element> values = ofClass(html, "rect", "llmos-value");
        assertEquals(2, values.size());
        assertEquals("50%", values.get(0).getAttribute("width"));
        assertEquals("100%", values.get(1).getAttribute("width"));
    }

    @Test
    void matricesShadeSharesOfTheirRowsAndPixelsLeaveSmallPartsOut() {
        Document page = parse(SamplePage.page().html());
        List<String> shades = ofClass(page, "rect", "llmos-cell").stream()
                .map(c -> c.getAttribute("fill-opacity"))
                .toList();
        assertEquals(List.of("0.77", "0.09", "0", "0.85"), shades);
        assertEquals(1, ofClass(page, "circle", "llmos-ring").size());
    }

    @Test
    void quantities() {
        assertEquals("0", Quantity.NUMBER.format(0));
        assertEquals("3,965,495", Quantity.NUMBER.format(3_965_494.7));
        assertEquals("0.01235", Quantity.NUMBER.format(0.0123456));
        assertEquals("1.5e-7", Quantity.NUMBER.format(1.5e-7));
        assertEquals("-2.5", Quantity.NUMBER.format(-2.5));
        assertEquals("—", Quantity.NUMBER.format(Double.NaN));
        assertEquals("97.12 %", Quantity.SHARE.format(0.97123));
        assertEquals("0 s", Quantity.SECONDS.format(0));
        assertEquals("12.5 ms", Quantity.SECONDS.format(0.0125));
        assertEquals("1.5 s", Quantity.SECONDS.format(1.5));
        assertEquals("1m", Quantity.SECONDS.format(59.99));
        assertEquals("1m 30s", Quantity.SECONDS.format(90));
        assertEquals("2h", Quantity.SECONDS.format(7199));
        assertEquals("1h", Quantity.SECONDS.format(3599.9));
        assertEquals("45d 22h", Quantity.SECONDS.format(3_965_494.7));
    }

    @Test
    void texts() {
        assertEquals("&lt;a b=&quot;c&#39;&quot;&gt;&amp;\uFFFD", Markup.escape("<a b=\"c'\">&\u0001"));
        assertEquals("\uFFFD😀", Markup.escape("\uD800😀"));
        assertThrows(IllegalArgumentException.class, () -> new HtmlTable("c", List.of("a", "b")).row("only one"));
        assertThrows(IllegalArgumentException.class, () -> Series.of("s", new double[] {1}, new double[] {1, 2}));
        assertTrue(new HtmlTable("c", List.of("<i>")).row("<b>").html().contains("&lt;b&gt;"));
    }

    @Test
    void pageIsWrittenWhole(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("deep/report.html");
        SamplePage.page().write(file);
        SamplePage.page().write(file);
        assertNotNull(parse(Files.readString(file)));
        try (var left = Files.list(file.getParent())) {
            assertEquals(1, left.count());
        }
    }
}
