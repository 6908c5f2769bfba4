package io.github.performer4j.gpu.device;

/** A way for words to a device beside what it computes: one batch is on its way while a step on another one runs. */
public interface Inbox extends AutoCloseable {

    /**
     * Sends words, which may be changed once this returns. What was sent before and not {@linkplain #receive received} is lost.
     *
     * @param words int32, or the bits of float32
     */
    void send(int... words);

    /**
     * Lets the device copy what was sent last to its place, once it is there and all that was asked before is done.
     *
     * @param to address of room for the words
     */
    void receive(long to);

    @Override
    void close();
}
