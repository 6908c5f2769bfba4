package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.cli.Chromium;
import io.github.performer4j.cli.Cli;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of {@code performer report} in a browser: curves, switches, zoom. */
class ReportCommandTest {
    /** Does what a user does, and writes down what is there then. */
    private static final String USER = """
            <script>
            window.addEventListener('load', () => {
              const said = [];
              const say = () => said.push(document.querySelectorAll('polyline.curve').length + ':'
                  + [...document.querySelectorAll('#plot text')].map(t => t.textContent).join('|'));
              const plot = document.getElementById('plot');
              const area = plot.getBoundingClientRect();
              const at = (x, type, on) => on.dispatchEvent(new PointerEvent(type,
                  {bubbles: true, clientX: area.left + x * area.width / 1000, clientY: area.top + 100}));
              document.getElementById('figure').value = 'train/loss';
              document.getElementById('figure').dispatchEvent(new Event('input'));
              say();
              document.querySelector('#legend button').click();
              say();
              document.querySelector('#legend button').click();
              at(524, 'pointerdown', plot); at(984, 'pointermove', plot); at(984, 'pointerup', window);
              say();
              plot.dispatchEvent(new MouseEvent('dblclick'));
              say();
              const pre = document.createElement('pre');
              pre.id = 'said';
              pre.textContent = said.join('\\n');
              document.body.append(pre);
            });
            </script></body>""";

    @TempDir
    static Path folder;

    private static Path first;
    private static Path second;

    @BeforeAll
    static void train() throws IOException {
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "the cat sat on the mat and the dog sat on the cat \n".repeat(90));
        Path config = Cli.config(folder.resolve("config.json"), "causal-lm", "character", "packed");
        first = folder.resolve("a<b");
        second = folder.resolve("second");
        for (Path run : new Path[] {first, second}) {
            Cli.run(
                            "train",
                            "--config",
                            config,
                            "--data",
                            text,
                            "--out",
                            run,
                            "--steps",
                            8,
                            "--set",
                            "training.evalEvery=2",
                            "--set",
                            run == first ? "model.width=8" : "model.width=12")
                    .ok();
        }
    }

    @Test
    void aPageComparesRuns() throws IOException {
        Path page = folder.resolve("page.html");
        assertThat(Cli.run("report", first, second, "--out", page, "--prompt", "the ", "--length", 20)
                        .ok()
                        .out())
                .isEqualTo("2 runs -> " + page + "\n".replace("\\\n", System.lineSeparator()));
        String html = Files.readString(page);
        assertThat(html.replace("http://www.w3.org/2000/svg", "")) // a name, not an address
                .contains(
                        "<title>a&lt;b, second</title>",
                        "<td>model.width</td><td>8</td><td>12</td>",
                        "<h2>Samples</h2>",
                        "<pre>the ")
                .doesNotContain("http://", "https://www.", "src=\"/", "a<b");
        Cli.run("report", first, "--out", page).refused("exists already");
        Cli.run("report", folder.resolve("none"), "--out", folder.resolve("none.html"))
                .refused("a run folder must hold config.json");
        Cli.run("report", first, first, "--out", folder.resolve("none.html")).refused("a run is named twice");
        assertThat(folder.resolve("none.html")).doesNotExist();
    }

    @Test
    void curvesAreDrawnSwitchedOffAndZoomed() throws Exception {
        Chromium browser = Chromium.find(folder);
        Path page = folder.resolve("curves.html");
        Cli.run("report", first, second, "--out", page).ok();
        Files.writeString(page, Files.readString(page).replace("</body>", USER));
        String dom = browser.dom(page.toUri().toString());
        String[] said = dom.substring(dom.indexOf("<pre id=\"said\">") + 15, dom.lastIndexOf("</pre>"))
                .split("\n");
        assertThat(said).hasSize(4);
        assertThat(said[0]).startsWith("2:").contains("|1|", "|8|");
        assertThat(said[1]).startsWith("1:");
        assertThat(said[2]).startsWith("2:").doesNotContain("|1|", "|2|", "|3|").contains("|5|", "|8|");
        assertThat(said[3]).isEqualTo(said[0]);
    }

    /** More than background: both runs' colours are in the picture. */
    @Test
    void thePictureShowsBothRuns() throws Exception {
        Chromium browser = Chromium.find(folder);
        Path page = folder.resolve("picture.html");
        Cli.run("report", first, second, "--out", page).ok();
        BufferedImage picture =
                ImageIO.read(browser.picture(page.toUri().toString(), 1100, 900).toFile());
        assertThat(count(picture, 0x103c8c)).isGreaterThan(100);
        assertThat(count(picture, 0xc2410c)).isGreaterThan(100);
    }

    private static int count(BufferedImage picture, int colour) {
        int found = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                found += (picture.getRGB(x, y) & 0xffffff) == colour ? 1 : 0;
            }
        }
        return found;
    }
}
