package io.github.performer4j.cli.ui;

import io.github.performer4j.cli.options.ListenAddress;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.VertxUIServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deeplearning4j's dashboard on one address of the machine. {@link VertxUIServer} asks Vert.x to listen on a port of all addresses; here it is handed a Vert.x whose servers listen on the
 * wanted one, whatever they are asked.
 */
final class Dashboard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);
    private static final long SECONDS = 60;

    private final Vertx vertx;

    private Dashboard(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Starts the dashboard.
     *
     * @param storage what it shows
     * @throws IOException if it does not start
     */
    static Dashboard start(ListenAddress address, StatsStorage storage) throws IOException {
        Vertx vertx = Vertx.vertx();
        Bound server = new Bound(address);
        CompletableFuture<String> deployed = new CompletableFuture<>();
        vertx.deployVerticle(server, result -> {
            if (result.succeeded()) {
                deployed.complete(result.result());
            } else {
                deployed.completeExceptionally(result.cause());
            }
        });
        try {
            deployed.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            vertx.close();
            throw new IOException("the dashboard does not start; address=" + address + ", cause=" + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            vertx.close();
            throw new IOException("interrupted while the dashboard started", e);
        }
        server.attach(storage);
        return new Dashboard(vertx);
    }

    /** Returns when its port is free. */
    @Override
    public void close() {
        CountDownLatch closed = new CountDownLatch(1);
        vertx.close(done -> closed.countDown());
        try {
            if (!closed.await(SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the dashboard has not closed; seconds={}", SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The server with a Vert.x of ours. */
    private static final class Bound extends VertxUIServer {
        private final ListenAddress address;

        Bound(ListenAddress address) {
            this.address = address;
        }

        @Override
        public void init(Vertx own, Context context) {
            super.init(
                    proxy(Vertx.class, (proxy, method, args) -> {
                        Object result = invoke(own, method, args);
                        return method.getName().equals("createHttpServer") ? server((HttpServer) result) : result;
                    }),
                    context);
        }

        @SuppressWarnings("unchecked") // listen's last argument is a handler of its result
        private HttpServer server(HttpServer own) {
            return proxy(HttpServer.class, (proxy, method, args) -> {
                if (method.getName().equals("listen")) {
                    Handler<AsyncResult<HttpServer>> done = (Handler<AsyncResult<HttpServer>>) args[args.length - 1];
                    own.listen(address.port(), address.host().getHostAddress(), done);
                    return proxy;
                }
                if (method.getName().equals("requestHandler") && args != null && args.length == 1) {
                    own.requestHandler(reading((Handler<HttpServerRequest>) args[0]));
                    return proxy;
                }
                Object result = invoke(own, method, args);
                return result == own ? proxy : result;
            });
        }

        /** The pages are read: uploads, which the server would write to disk, are refused. */
        private static Handler<HttpServerRequest> reading(Handler<HttpServerRequest> pages) {
            return request -> {
                if (request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD) {
                    pages.handle(request);
                } else {
                    request.response().setStatusCode(405).end();
                }
            };
        }

        private static <T> T proxy(Class<T> type, InvocationHandler handler) {
            return type.cast(Proxy.newProxyInstance(Dashboard.class.getClassLoader(), new Class<?>[] {type}, handler));
        }

        private static Object invoke(Object target, Method method, Object[] args) throws Throwable {
            try {
                return method.invoke(target, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }
}
