package io.github.performer4j.cli.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.cli.Chromium;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.step.RunListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The pages of a run: what they know, what they show in a browser, who reaches them, and that the run does not notice. */
class UiTest {
    @TempDir
    static Path folder;

    private static final StringWriter SAID = new StringWriter();
    private static int port;
    private static Ui ui;
    private static Path text;
    private static RunConfig config;

    @BeforeAll
    static void train() throws IOException {
        text = folder.resolve("text.txt");
        Files.writeString(text, "the cat sat on the mat and the dog sat on the cat \n".repeat(90));
        Path file = Cli.config(folder.resolve("config.json"), "causal-lm", "character", "packed");
        config = RunConfig.fromJson(Files.readString(file))
                .withOverride("model.attention.temperature", "true")
                .withOverride("training.steps", "30");
        port = free();
        ui = CommandLine.populateCommand(new UiOptions(), "--ui", "--ui-port", "" + port, "--ui-every", "10")
                .open("a <run>", new PrintWriter(SAID));
        TrainingRun run = TrainingRun.of(config, text, folder.resolve("watched"));
        run.listener(ui.listener(RunListener.NONE)).prepared(ui::watch).execute();
    }

    @AfterAll
    static void close() {
        ui.close();
        assertThatThrownBy(() -> get("/")).isInstanceOf(IOException.class);
    }

    @Test
    void theStateHasWhatThePageShows() throws Exception {
        assertThat(SAID.toString())
                .isEqualToIgnoringNewLines("live page at http://127.0.0.1:" + port + "/, dashboard at http://127.0.0.1:"
                        + (port + 1) + "/train/overview");
        JsonNode state = new ObjectMapper().readTree(get("/state.json"));
        assertThat(state.path("run").asText()).isEqualTo("a <run>");
        assertThat(state.path("state").asText()).isEqualTo("finished");
        assertThat(state.at("/steps/loss")).hasSize(30);
        assertThat(state.path("evaluations")).isNotEmpty();
        assertThat(state.at("/attention/step").asInt()).isEqualTo(21);
        JsonNode layer = state.at("/attention/layers/0");
        assertThat(layer.path("name").asText()).isEqualTo("block-0");
        assertThat(layer.path("errors")).hasSize(2);
        for (JsonNode error : layer.path("errors")) {
            assertThat(error.asDouble()).isBetween(1e-6, 1.0);
        }
        assertThat(layer.path("temperatures")).hasSize(2);
        assertThat(layer.path("draws").asInt()).isEqualTo(1);
        assertThat(state.path("sample").asText()).isNotEmpty();
        assertThat(state.at("/memory/process").asLong()).isPositive();
    }

    @Test
    void theRunDoesNotNotice() throws IOException {
        TrainingRun.of(config, text, folder.resolve("alone")).execute();
        assertThat(last("watched")).isEqualTo(last("alone"));
    }

    private static byte[] last(String run) throws IOException {
        List<Path> all = RunFolder.open(folder.resolve(run)).checkpoints();
        return ModelFile.entry(all.get(all.size() - 1), "coefficients.bin");
    }

    @Test
    void theLivePageShowsIt() throws Exception {
        String dom = Chromium.find(folder).dom("http://127.0.0.1:" + port + "/");
        assertThat(dom)
                .contains("<h1 id=\"run\">a &lt;run&gt;</h1>", "class=\"curve\"", "block-0", "class=\"error\"", "τ")
                .contains("finished", "Looked at after step 21");
    }

    @Test
    void theDashboardDrawsItsCharts() throws Exception {
        String dom = Chromium.find(folder).dom("http://127.0.0.1:" + (port + 1) + "/train/overview");
        assertThat(dom).contains("flot-base", "block-0");
    }

    @Test
    void noOtherAddressAnswers() throws Exception {
        for (InetAddress other : NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList()) {
            for (int at : new int[] {port, port + 1}) {
                assertThatThrownBy(() -> connect(other, at))
                        .as("%s:%d", other, at)
                        .isInstanceOf(IOException.class);
            }
        }
        connect(InetAddress.getByName("127.0.0.1"), port + 1);
    }

    @Test
    void onlyReadingIsAnswered() throws Exception {
        HttpRequest post = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/state.json"))
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(post, HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(405);
        assertThat(get("/other")).isEqualTo("not found\n");
    }

    @Test
    void whatCannotBeServedIsRefused() {
        refused("pages are served by --ui; --ui-port=9, --ui-host=null, --ui-every=null", "--ui-port", "9");
        refused(
                "two ports are used, so the first must be in [1, 65534]; --ui-port=65535",
                "--ui",
                "--ui-port",
                "65535");
        refused("steps between two looks must be at least 1; --ui-every=0", "--ui", "--ui-every", "0");
        refused("nothing can be served there; address=127.0.0.1:" + port, "--ui", "--ui-port", "" + port);
    }

    private static void refused(String message, String... args) {
        assertThatThrownBy(() -> CommandLine.populateCommand(new UiOptions(), args)
                        .open("x", new PrintWriter(new StringWriter())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    private static String get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void connect(InetAddress address, int at) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, at), 2000);
        }
    }

    /** Returns the first of two free ports. */
    private static int free() throws IOException {
        while (true) {
            try (ServerSocket first = new ServerSocket(0);
                    ServerSocket second = new ServerSocket(first.getLocalPort() + 1)) {
                return second.getLocalPort() - 1;
            } catch (IOException | IllegalArgumentException e) {
                continue; // the next port is in use
            }
        }
    }
}
