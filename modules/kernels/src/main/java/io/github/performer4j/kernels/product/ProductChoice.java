package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.machine.KernelProperties;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses, once, the library of products: oneDNN where it loads, else OpenBLAS; {@code -Dperformer4j.products} names
 * one, and is refused where that cannot be had. The log names what was chosen.
 */
public final class ProductChoice {
    private static final Logger LOG = LoggerFactory.getLogger(ProductChoice.class);

    /** Not made in a class's initialiser, where a refusal would become another class's missing definition. */
    private static volatile Products chosen;

    private ProductChoice() {}

    /**
     * Returns the library of the process.
     *
     * @throws IllegalArgumentException if the property names none, or one that cannot be had
     */
    public static Products get() {
        Products products = chosen;
        return products != null ? products : choose();
    }

    private static synchronized Products choose() {
        if (chosen == null) {
            Products products = choose(KernelProperties.products(), OneDnn::new, OpenBlas::new);
            LOG.info("products of matrices by {}", products.library());
            chosen = products;
        }
        return chosen;
    }

    /**
     * Chooses among suppliers that may fail.
     *
     * @param wanted null for the best that loads
     */
    static Products choose(KernelProperties.Library wanted, Supplier<Products> oneDnn, Supplier<Products> openBlas) {
        if (wanted == KernelProperties.Library.OPENBLAS) {
            return openBlas.get();
        }
        try {
            return oneDnn.get();
        } catch (RuntimeException | LinkageError e) {
            if (wanted != null) {
                throw new IllegalArgumentException(
                        "the library of products cannot be had; " + KernelProperties.PRODUCTS + "="
                                + wanted.name().toLowerCase(Locale.ROOT) + ", reason=" + reason(e),
                        e);
            }
            LOG.info("no products by oneDNN; reason={}", reason(e));
            return openBlas.get();
        }
    }

    /** Returns the failure's own words, in one line. */
    private static String reason(Throwable e) {
        String message =
                e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
        return e instanceof IllegalStateException ? message : e.getClass().getSimpleName() + " " + message;
    }
}
