package io.github.performer4j.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.task.Evaluation;
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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What {@code --metrics-port} serves, to whom, and what it refuses. */
class MetricsOptionsTest {
    private final StringWriter said = new StringWriter();
    private final PrintWriter err = new PrintWriter(said);

    @Test
    void figuresAreServedToThisMachineAlone() throws Exception {
        int port = free();
        try (MetricsServer server = options("--metrics-port", "" + port).open(err)) {
            RunListener run = server.listener("first", RunListener.NONE);
            run.step(new RunListener.Progress(7, 10, 0.7, 2, 3.25, 1e-3, 0.5, 1000, 42, 18));
            run.evaluation(7, new Evaluation("loss", false, Map.of("loss", 2.5), Map.of("order0", 2.9), 5), true);
            String text = get(port);
            assertThat(text.lines())
                    .contains(
                            "performer4j_step{run=\"first\"} 7.0",
                            "performer4j_epoch{run=\"first\"} 2.0",
                            "performer4j_loss{run=\"first\"} 3.25",
                            "performer4j_learning_rate{run=\"first\"} 0.001",
                            "performer4j_tokens_per_second{run=\"first\"} 1000.0",
                            "performer4j_remaining_seconds{run=\"first\"} 18.0",
                            "performer4j_evaluation{figure=\"loss\",run=\"first\"} 2.5",
                            "performer4j_baseline{figure=\"order0\",run=\"first\"} 2.9",
                            "# TYPE performer4j_physical_bytes gauge");
            assertThat(said.toString()).isEqualToIgnoringNewLines("metrics at http://127.0.0.1:" + port + "/metrics");
            for (InetAddress other : others()) {
                assertThatThrownBy(() -> connect(other, port)).as("%s", other).isInstanceOf(IOException.class);
            }
        }
        assertThatThrownBy(() -> get(port)).isInstanceOf(IOException.class);
    }

    @Test
    void anotherAddressIsServedWithAWarning() throws Exception {
        int port = free();
        try (MetricsServer server = options("--metrics-port", "" + port, "--metrics-host", "0.0.0.0")
                .open(err)) {
            server.listener("a", RunListener.NONE);
            assertThat(said.toString()).startsWith("anyone who reaches 0.0.0.0:" + port + " can read");
            for (InetAddress other : others()) {
                connect(other, port);
            }
        }
    }

    @Test
    void whatCannotBeServedIsRefused() throws Exception {
        for (String port : List.of("0", "-1", "65536")) {
            assertThatThrownBy(() -> options("--metrics-port", port).open(err))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a port must be in [1, 65535]; --metrics-port=" + port);
        }
        assertThatThrownBy(() -> options("--metrics-host", "127.0.0.1").open(err))
                .hasMessage("a host of metrics needs a port; --metrics-host=127.0.0.1");
        assertThatThrownBy(() -> options("--metrics-port", "9", "--metrics-host", "no.such.invalid")
                        .open(err))
                .hasMessage("the host is not known; --metrics-host=no.such.invalid");
        try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() ->
                            options("--metrics-port", "" + used.getLocalPort()).open(err))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("nothing can be served there; address=127.0.0.1:" + used.getLocalPort());
        }
    }

    private static MetricsOptions options(String... args) {
        return CommandLine.populateCommand(new MetricsOptions(), args);
    }

    private static String get(int port) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void connect(InetAddress address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 2000);
        }
    }

    /** Addresses of this machine but those of its loop. */
    private static List<InetAddress> others() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
