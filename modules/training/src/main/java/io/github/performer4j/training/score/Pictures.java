package io.github.performer4j.training.score;

import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;

/** What all pictures have in common: no display, no locale, white ground, PNG. */
final class Pictures {
    /** A blue that is read on white, and prints. */
    static final Color STRONG = new Color(0x1f4e79);

    static final Color SECOND = new Color(0xc55a11);
    static final Color QUIET = new Color(0x808080);

    private Pictures() {}

    /** To be called before the first class of AWT is loaded: a server has no display, and none is needed. */
    static void needNoDisplay() {
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    static void plain(AxesChartStyler styler) {
        styler.setLocale(Locale.ROOT);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setChartTitleBoxVisible(false);
        styler.setLegendBorderColor(Color.WHITE);
    }

    static byte[] png(Chart<?, ?> chart) {
        try {
            return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
    }

    /**
     * Returns a name no longer than so many characters (code points), its middle as "…".
     *
     * @param most at least 3
     */
    static String shortened(String name, int most) {
        int length = name.codePointCount(0, name.length());
        if (length <= most) {
            return name;
        }
        int head = most / 2;
        int tail = most - 1 - head;
        return name.substring(0, name.offsetByCodePoints(0, head))
                + "…"
                + name.substring(name.offsetByCodePoints(name.length(), -tail));
    }
}
