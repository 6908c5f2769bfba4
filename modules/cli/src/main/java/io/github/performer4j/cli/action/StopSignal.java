package io.github.performer4j.cli.action;

import io.github.performer4j.cli.show.Terminal;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ctrl-C, SIGTERM and a closed terminal: the first asks the work to stop, and the process goes on until it has; the next one ends the process
 * at once.
 *
 * <p>Some programs send a signal twice (GNU timeout to its child and to its group), so what follows within {@value #TWICE_MILLIS} ms is the
 * first one still. The JDK hears signals only through {@code sun.misc.Signal} (module jdk.unsupported, in all its versions). Calls go by
 * reflection, because javac warns of that name whatever one tells it. A signal that the system or the parent process keeps to itself, as
 * nohup does, stays as it is.
 */
public final class StopSignal implements AutoCloseable {
    private static final long TWICE_MILLIS = 500;
    private static final int FIRST_CODE = 128;

    /** Name and number, in POSIX, of each signal that asks a program to end. */
    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

    private final PrintWriter err;
    private final Runnable requestStop;
    private final Map<Object, Object> before = new LinkedHashMap<>();
    private final AtomicInteger code = new AtomicInteger();
    private volatile long firedAt;

    private StopSignal(PrintWriter err, Runnable requestStop) {
        this.err = err;
        this.requestStop = requestStop;
    }

    /** The work has stopped because of a signal; the command ends with the signal's exit code. */
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int code;

        private Stopped(int code) {
            super("stopped by a signal", null, false, false);
            this.code = code;
        }

        /** Returns 128 and the signal's number, 130 for Ctrl-C. */
        int code() {
            return code;
        }
    }

    /**
     * Listens from now on.
     *
     * @param err hears that a signal was heard
     * @param requestStop asks the work to stop; returns at once
     */
    public static StopSignal install(PrintWriter err, Runnable requestStop) {
        StopSignal stop = new StopSignal(err, requestStop);
        SIGNALS.forEach(stop::listen);
        return stop;
    }

    /** Returns whether a signal was heard. */
    boolean fired() {
        return code.get() != 0;
    }

    /**
     * Ends the command if a signal was heard.
     *
     * @throws Stopped with the exit code
     */
    public void endIfFired() {
        if (fired()) {
            throw new Stopped(code.get());
        }
    }

    private void fire(int number) {
        if (code.compareAndSet(0, FIRST_CODE + number)) {
            firedAt = System.nanoTime();
            err.println((Terminal.present() ? System.lineSeparator() : "")
                    + "stopping; Ctrl-C again ends at once, without saving");
            err.flush();
            requestStop.run();
        } else if (System.nanoTime() - firedAt > TWICE_MILLIS * 1_000_000) {
            err.println("ended at once; what was saved before stands");
            err.flush();
            Runtime.getRuntime().halt(FIRST_CODE + number); // whatever it is doing: no hook runs
        }
    }

    private void listen(String name, int number) {
        try {
            Class<?> signals = Class.forName("sun.misc.Signal");
            Class<?> handlers = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    handlers.getClassLoader(),
                    new Class<?>[] {handlers},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            fire(number);
                            yield null;
                        }
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        default -> "performer";
                    });
            Object signal = signals.getConstructor(String.class).newInstance(name);
            before.put(signal, signals.getMethod("handle", signals, handlers).invoke(null, signal, handler));
        } catch (InvocationTargetException e) {
            if (!(e.getCause()
                    instanceof
                    IllegalArgumentException)) { // no such signal here, or the JVM was told to leave it alone
                throw new IllegalStateException("cannot listen to a signal; signal=" + name, e);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java has no signals; signal=" + name, e);
        }
    }

    /** Gives the signals back to who had them. */
    @Override
    public void close() {
        before.forEach((signal, handler) -> {
            try {
                Class<?> handlers = Class.forName("sun.misc.SignalHandler");
                signal.getClass()
                        .getMethod("handle", signal.getClass(), handlers)
                        .invoke(null, signal, handler);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot give a signal back; signal=" + signal, e);
            }
        });
    }
}
