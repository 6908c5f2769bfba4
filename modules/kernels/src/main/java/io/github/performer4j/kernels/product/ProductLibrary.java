package io.github.performer4j.kernels.product;

/**
 * What computes the products of float32 matrices. Bits of results are those of one library, version and instruction
 * set: a run that is to be the same bit for bit needs the same three.
 *
 * @param name of the library, such as {@code oneDNN}
 * @param version of the library
 * @param instructions the set that it uses on this processor, in the library's own words
 */
public record ProductLibrary(String name, String version, String instructions) {

    /** Returns the three in one line. */
    @Override
    public String toString() {
        return name + " " + version + " (" + instructions + ")";
    }
}
