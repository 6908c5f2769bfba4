package io.github.performer4j.data.token;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.LongFunction;

/**
 * A tokenizer of HuggingFace's library, behind DJL's binding to it. Truncation and padding are switched off.
 *
 * <p>The binding itself is used rather than DJL's {@code HuggingFaceTokenizer}, which asks a server who it runs for, cuts at 512 tokens
 * and follows the default locale. Encoding and decoding read the native object only, and the library declares it safe to share between
 * threads; what changes it is called in the constructor alone. It is freed when this object can no longer be reached.
 */
final class NativeTokenizer {
    /** DJL fetches a build for CUDA on machines with a GPU, unless this property chooses the one in the jar. */
    private static final String FLAVOR = "RUST_FLAVOR";

    private static final Cleaner CLEANER = Cleaner.create();

    private final long handle;

    /**
     * Reads a file's text.
     *
     * @throws IllegalArgumentException if the library does not understand it
     * @throws IllegalStateException if there is no library for this machine
     */
    NativeTokenizer(String json) {
        TokenizersLibrary library = library();
        try {
            handle = library.createTokenizerFromString(json);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "the text must be a tokenizer.json of HuggingFace's library; cause=" + firstLine(e), e);
        }
        library.disablePadding(handle);
        library.disableTruncation(handle);
        CLEANER.register(this, free(handle));
    }

    /**
     * What a text is cut into.
     *
     * @param ids [T] token ids
     * @param starts [T] place of each token's first code point
     * @param ends [T] place behind its last one
     */
    record Encoding(int[] ids, int[] starts, int[] ends) {}

    /** Encodes text, which must be Unicode, without adding special tokens. */
    Encoding encode(String text) {
        return encode(text, encoding -> {
            int[] ids = ids(encoding);
            CharSpan[] spans = TokenizersLibrary.LIB.getTokenCharSpans(encoding);
            int[] starts = new int[ids.length];
            int[] ends = new int[ids.length];
            for (int t = 0; t < ids.length; t++) {
                starts[t] = spans[t].getStart();
                ends[t] = spans[t].getEnd();
            }
            return new Encoding(ids, starts, ends);
        });
    }

    /** Encodes text as {@link #encode} does, but for the places, which take the binding several times as long as the rest. */
    int[] ids(String text) {
        return encode(text, NativeTokenizer::ids);
    }

    private static int[] ids(long encoding) {
        return Arrays.stream(TokenizersLibrary.LIB.getTokenIds(encoding))
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    private <T> T encode(String text, LongFunction<T> take) {
        try {
            long encoding = TokenizersLibrary.LIB.encode(handle, text, false);
            try {
                return take.apply(encoding);
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "the text must be one that the vocabulary can write; cause=" + firstLine(e), e);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Writes ids as text by the file's decoder. */
    String decode(int... ids) {
        try {
            return TokenizersLibrary.LIB.decode(
                    handle, Arrays.stream(ids).asLongStream().toArray(), false);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private static Runnable free(long handle) {
        return () -> TokenizersLibrary.LIB.deleteTokenizer(handle);
    }

    private static TokenizersLibrary library() {
        if (System.getenv(FLAVOR) == null && System.getProperty(FLAVOR) == null) {
            System.setProperty(FLAVOR, "cpu");
        }
        try {
            LibUtils.checkStatus();
            return TokenizersLibrary.LIB;
        } catch (RuntimeException | LinkageError e) {
            throw new IllegalStateException(
                    "the library of HuggingFace's tokenizers must load; system=" + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + ", cause=" + firstLine(e),
                    e);
        }
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
