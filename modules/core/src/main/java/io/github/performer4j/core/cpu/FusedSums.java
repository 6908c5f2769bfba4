package io.github.performer4j.core.cpu;

import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gradients of vectors (biases and gains), which are sums over rows: each block of rows has sums of its own, and these are added in the
 * order of the blocks, so that the result does not depend on who was first.
 */
final class FusedSums {
    private final FusedPass pass;
    private final Map<String, Matrix> sums = new LinkedHashMap<>(); // [blocks,n] each

    /**
     * Sets all sums to 0.
     *
     * @param names of the vectors; those that the layer does not have are left out
     */
    FusedSums(FusedPass pass, String... names) {
        this(
                pass,
                pass.kernels.mostBlocks(pass.mostRows()),
                names); // inputs have other numbers of rows, and fewer rows may be more blocks
    }

    /**
     * The same for passes over some of the rows at a time, whose sums these are together.
     *
     * @param blocks the most that one of them is cut into
     */
    FusedSums(FusedPass pass, int blocks, String... names) {
        this.pass = pass;
        int total = 0;
        for (String name : names) {
            total += pass.gradient(name) == null ? 0 : pass.gradient(name).columns();
        }
        if (total == 0) {
            return;
        }
        Matrix all = FusedMemory.phase().matrix(FusedMemory.Part.SUMS, blocks, total);
        pass.elements.fill(all, 0);
        int at = 0;
        for (String name : names) {
            if (pass.gradient(name) != null) {
                int width = pass.gradient(name).columns();
                sums.put(name, all.columns(at, at + width));
                at += width;
            }
        }
    }

    /** Returns the sums of one block for one vector, [1,n]; null if the layer has no such vector. */
    Matrix of(int block, String name) {
        Matrix all = sums.get(name);
        return all == null ? null : all.rows(block, block + 1);
    }

    /** Adds the columns of a block of rows to a vector's sums; nothing if the layer has no such vector. */
    void add(int block, String name, Matrix rows) {
        Matrix sum = of(block, name);
        if (sum != null) {
            pass.elements.addColumnSums(rows, sum);
        }
    }

    /** Writes the gradients. */
    void finish() {
        sums.forEach((name, all) -> {
            Matrix gradient = pass.gradient(name);
            pass.elements.fill(gradient, 0);
            pass.elements.addColumnSums(all, gradient);
        });
    }
}
