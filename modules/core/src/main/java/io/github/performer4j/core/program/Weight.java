package io.github.performer4j.core.program;

import io.github.performer4j.core.program.Parameter.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The weight of a {@link Op.Linear}, made of parameters: what multiplies rows from the right, [in,out], and a bias [out].
 *
 * <p>An engine makes W and b once a pass and takes their gradients back to the parameters by the chain rule that stands with each kind.
 */
public sealed interface Weight permits Weight.Plain, Weight.Tied, Weight.Scaled, Weight.Orthogonal, Weight.PerHead {

    /** Returns the name of W. */
    String name();

    /** Returns the name of b; null for none. */
    String bias();

    /** Returns the rows of W. */
    int in();

    /** Returns the columns of W. */
    int out();

    /** Returns whether W and b are trained; one that is not costs no gradient, and its gradient is 0. */
    boolean trained();

    /** Returns the parameters that it is made of. */
    List<Parameter> parameters();

    /**
     * Parameters as they are.
     *
     * @param name of W
     * @param bias of b; null for none
     * @param in rows of W
     * @param out columns of W
     * @param trained whether they are trained
     */
    record Plain(String name, String bias, int in, int out, boolean trained) implements Weight {
        @Override
        public List<Parameter> parameters() {
            List<Parameter> all = new ArrayList<>();
            all.add(Parameter.of(name, Kind.WEIGHT, in, out).trained(trained));
            if (bias != null) {
                all.add(Parameter.of(bias, Kind.BIAS, out).trained(trained));
            }
            return all;
        }
    }

    /**
     * A table's transpose, {@code W' = Wᵀ}, {@code dW = dW'ᵀ}: logits from the table that tokens are looked up in (arXiv 1608.05859), or a product back by a weight that another product has.
     *
     * @param name of the table W, [out,in]
     * @param bias of b; null for none
     */
    record Tied(String name, String bias, int in, int out, boolean trained) implements Weight {
        @Override
        public List<Parameter> parameters() {
            List<Parameter> all = new ArrayList<>();
            all.add(Parameter.of(name, Kind.WEIGHT, out, in).trained(trained));
            if (bias != null) {
                all.add(Parameter.of(bias, Kind.BIAS, out).trained(trained));
            }
            return all;
        }
    }

    /**
     * A parameter that begins at 0, times a constant: {@code W' = c W}, {@code dW = c dW'}; no bias.
     *
     * @param factor c
     */
    record Scaled(String name, int in, int out, double factor) implements Weight {
        @Override
        public String bias() {
            return null;
        }

        @Override
        public boolean trained() {
            return true;
        }

        @Override
        public List<Parameter> parameters() {
            return List.of(Parameter.of(name, Kind.ZERO_WEIGHT, in, out));
        }
    }

    /**
     * A weight with orthonormal columns, {@code WᵀW = I}: the first columns of a product of reflections, one for each column, by CWY, and by truncated CWY where it has fewer columns than rows
     * (arXiv 2004.08675). Formulae and chain rule are {@link io.github.performer4j.kernels.OrthogonalFrame}'s.
     *
     * @param name of the vectors, [in,out]
     * @param bias of b; null for none
     */
    record Orthogonal(String name, String bias, int in, int out, boolean trained) implements Weight {
        /** What stands behind the name of a plain weight in that of its vectors. */
        public static final String VECTORS = ".V";

        /**
         * Checks the shape.
         *
         * @throws IllegalArgumentException if there are more columns than rows; 0 rows are not known yet
         */
        public Orthogonal {
            if (in > 0 && out > in) {
                throw new IllegalArgumentException("an orthogonal weight must not have more columns than rows; weight="
                        + name + ", rows=" + in + ", columns=" + out);
            }
        }

        @Override
        public List<Parameter> parameters() {
            List<Parameter> all = new ArrayList<>();
            all.add(Parameter.of(name, Kind.REFLECTIONS, in, out).trained(trained));
            if (bias != null) {
                all.add(Parameter.of(bias, Kind.BIAS, out).trained(trained));
            }
            return all;
        }
    }

    /**
     * A scale for each head: {@code W' = W diag(e^{ρ/2})}, {@code b' = b diag(e^{ρ/2})}, ρ_h for the columns of head h.
     *
     * <p>{@code dW = dW' diag(e^{ρ/2})} and {@code dρ_h = ½ Σ_{columns j of h} (Σ_i dW'_ij W'_ij + db'_j b'_j)}.
     *
     * @param plain W and b, of any other kind but a table
     * @param rho name of ρ, [H]; several weights may share it
     * @param heads H
     */
    record PerHead(Weight plain, String rho, int heads) implements Weight {
        /**
         * Checks the kind and the heads.
         *
         * @throws IllegalArgumentException if it is a table, whose W engines do not make, has scales already, or heads do not divide its columns
         */
        public PerHead {
            if (plain instanceof Tied) {
                throw new IllegalArgumentException(
                        "scales for heads need a weight that is no table; weight=" + plain.name());
            }
            if (plain instanceof PerHead other) {
                throw new IllegalArgumentException("a weight must have scales for heads once; weight=" + plain.name()
                        + ", scales=" + rho + ", others=" + other.rho());
            }
            if (heads < 1 || plain.out() % heads != 0) {
                throw new IllegalArgumentException("heads must divide columns; weight=" + plain.name() + ", columns="
                        + plain.out() + ", heads=" + heads);
            }
        }

        @Override
        public String name() {
            return plain.name();
        }

        @Override
        public String bias() {
            return plain.bias();
        }

        @Override
        public int in() {
            return plain.in();
        }

        @Override
        public int out() {
            return plain.out();
        }

        @Override
        public boolean trained() {
            return plain.trained();
        }

        @Override
        public List<Parameter> parameters() {
            List<Parameter> all = new ArrayList<>(plain.parameters());
            all.add(Parameter.of(rho, Kind.ZERO, heads).trained(trained()));
            return all;
        }
    }
}
