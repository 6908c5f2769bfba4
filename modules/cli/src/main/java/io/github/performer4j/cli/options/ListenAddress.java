package io.github.performer4j.cli.options;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/**
 * Where a page or figures are served.
 *
 * @param host an address of this machine
 * @param port in [1, 65535]
 */
public record ListenAddress(InetAddress host, int port) {
    /** The machine itself, and no other. */
    public static final String LOCAL = "127.0.0.1";

    /**
     * Checks an address that a command line gives.
     *
     * @param hostOption names the host in messages
     * @param portOption names the port in messages
     * @throws IllegalArgumentException if there is no such host or port
     */
    public static ListenAddress of(String hostOption, String host, String portOption, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port must be in [1, 65535]; " + portOption + "=" + port);
        }
        try {
            return new ListenAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the host is not known; " + hostOption + "=" + host, e);
        }
    }

    /**
     * Refuses an address that is in use, or is not this machine's.
     *
     * @throws IllegalArgumentException if nothing can be served there
     */
    public void requireFree() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "nothing can be served there; address=" + this + ", cause=" + e.getMessage(), e);
        }
    }

    /** Returns what to say to a user who opens the address to others; null where only this machine reaches it. */
    public String warning(String what) {
        return host.isLoopbackAddress()
                ? null
                : "anyone who reaches " + this + " can read " + what + ": there is no password and no encryption";
    }

    @Override
    public String toString() {
        String address = host.getHostAddress();
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }
}
