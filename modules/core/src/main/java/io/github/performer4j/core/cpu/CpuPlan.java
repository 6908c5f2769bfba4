package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Pooling;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.kernels.OrthogonalFrame;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a program runs on kernels, made once from the program.
 *
 * <p>Operations fall into regions: the longest runs of row-wise operations on one side, which go together over blocks of rows that stay in the cache, and between them attention and convolutions,
 * which see whole sequences. Backward, the regions come in reverse, and the gradients of weights last, joined. What is dear (products, attention, sums of them) is kept for the backward pass
 * if that reads it; what is cheap (norms, activations, gates, dropout) is computed again.
 */
final class CpuPlan {
    /**
     * Operations that run together.
     *
     * @param kernels in the order of the forward pass; one that sees whole sequences alone
     */
    record Region(List<CpuKernel> kernels) {
        /** Returns the operation on whole sequences that this region is; null if it is one of rows. */
        WholeKernel whole() {
            return kernels.get(0) instanceof WholeKernel kernel ? kernel : null;
        }

        /** Returns the side whose rows it writes. */
        int side() {
            return kernels.get(0).op().writes().side();
        }
    }

    private final LayerProgram program;
    private final List<Region> regions = new ArrayList<>();
    private final Map<Value, CpuKernel> producers = new LinkedHashMap<>();
    private final Map<Value, Integer> regionOf = new HashMap<>(); // of the producer
    private final Map<Value, List<Op>> readers = new HashMap<>();
    private final Set<Value> absorbed = new HashSet<>();
    private final Set<Value> needed = new HashSet<>();
    private final CpuValues training;
    private final CpuValues inference;
    private final CpuGradients gradients;
    private final Map<Weight, Integer> weights = new LinkedHashMap<>(); // with their numbers
    private final Map<Weight, OrthogonalFrame> frames = new HashMap<>();

    CpuPlan(LayerProgram program) {
        this.program = program;
        for (Op op : program.ops()) {
            for (Value value : op.reads()) {
                readers.computeIfAbsent(value, v -> new ArrayList<>()).add(op); // twice where it is read twice
            }
        }
        cut();
        need();
        products().forEach(op -> weights.putIfAbsent(op.weight(), weights.size()));
        training = new CpuValues(this, true);
        inference = new CpuValues(this, false);
        gradients = new CpuGradients(this, training);
    }

    private void cut() {
        List<CpuKernel> run = new ArrayList<>();
        for (Op op : program.ops()) {
            boolean joins = op.rowwise()
                    && !run.isEmpty()
                    && run.get(0).op().rowwise()
                    && run.get(0).op().writes().side() == op.writes().side();
            if (!joins) {
                close(run);
                run = new ArrayList<>();
            }
            regionOf.put(op.writes(), regions.size());
            CpuKernel kernel = op.accept(new Chooser());
            producers.put(op.writes(), kernel);
            run.add(kernel);
        }
        close(run);
    }

    private void close(List<CpuKernel> run) {
        if (!run.isEmpty()) {
            regions.add(new Region(List.copyOf(run)));
        }
    }

    /** Makes the kernel of each kind of operation. */
    private final class Chooser implements Op.Visitor<CpuKernel> {
        @Override
        public CpuKernel linear(Op.Linear op) {
            return new LinearKernel(op);
        }

        @Override
        public CpuKernel norm(Op.Norm op) {
            return new NormKernel(op);
        }

        @Override
        public CpuKernel activate(Op.Activate op) {
            return new ActivateKernel(op);
        }

        @Override
        public CpuKernel gate(Op.Gate op) {
            return new GateKernel(op);
        }

        @Override
        public CpuKernel drop(Op.Drop op) {
            return new DropKernel(op);
        }

        @Override
        public CpuKernel lookup(Op.Lookup op) {
            return new LookupKernel(op);
        }

        @Override
        public CpuKernel place(Op.Place op) {
            return new PlaceKernel(op);
        }

        @Override
        public CpuKernel rotate(Op.Rotate op) {
            return new RotateKernel(op);
        }

        @Override
        public CpuKernel scale(Op.Scale op) {
            return new ScaleKernel(op);
        }

        @Override
        public CpuKernel multiply(Op.Multiply op) {
            return new MultiplyKernel(op);
        }

        @Override
        public CpuKernel shift(Op.Shift op) {
            return new ShiftKernel(op);
        }

        @Override
        public CpuKernel repeat(Op.Repeat op) {
            return new RepeatKernel(op);
        }

        @Override
        public CpuKernel convolve(Op.Convolve op) {
            return new ConvolveKernel(op);
        }

        @Override
        public CpuKernel attend(Op.Attend op) {
            return new AttendKernel(op);
        }

        @Override
        public CpuKernel pool(Op.Pool op) {
            return op.kind() == Pooling.MAX ? new MaxPoolKernel(op) : new PoolKernel(op);
        }

        @Override
        public CpuKernel attendGraph(Op.AttendGraph op) {
            return new AttendGraphKernel(op, op.kind(), new KnownMasks());
        }

        @Override
        public CpuKernel add(Op.Add op) {
            for (Value branch : List.of(op.b(), op.a())) {
                Op drop = alone(branch) && producers.get(branch) instanceof DropKernel d ? d.op() : null;
                Value product = drop == null ? branch : drop.reads().get(0);
                if (alone(product)
                        && producers.get(product) instanceof LinearKernel linear
                        && !(linear.op().weight() instanceof Weight.Tied)
                        && regionOf.get(product) == regions.size()) {
                    absorbed.add(product);
                    absorbed.add(branch);
                    return new AddKernel(op, linear.op(), (Op.Drop) drop);
                }
            }
            return new AddKernel(op, null, null);
        }
    }

    private boolean alone(Value value) {
        return readers(value).size() == 1 && !value.equals(program.output());
    }

    /** Finds what the backward pass reads, directly or to compute a cheap result again. */
    private void need() {
        producers.values().forEach(kernel -> {
            kernel.needs().forEach(this::need);
            kernel.needsAtEnd().forEach(this::need);
        });
    }

    private void need(Value value) {
        if (needed.add(value) && computedAgain(value)) {
            producers.get(value).op().reads().forEach(this::need);
        }
    }

    /** Returns whether a value, if the backward pass reads it, is computed again there. */
    boolean computedAgain(Value value) {
        return !input(value) && producers.get(value).cheap() && !crosses(value);
    }

    /** Returns whether a value is read in another region than it is written in. */
    boolean crosses(Value value) {
        return readers(value).stream().anyMatch(op -> !regionOf.get(op.writes()).equals(regionOf.get(value)));
    }

    boolean input(Value value) {
        return program.inputs().contains(value);
    }

    boolean output(Value value) {
        return program.output().equals(value);
    }

    /** Returns whether a value never stands by itself, because a sum takes it in. */
    boolean absorbed(Value value) {
        return absorbed.contains(value);
    }

    boolean needed(Value value) {
        return needed.contains(value);
    }

    /** Returns the operations that read a value, in the order of the program; one that reads it twice, twice. */
    List<Op> readers(Value value) {
        return readers.getOrDefault(value, List.of());
    }

    /** Returns the kernel that writes a value; null for an input. */
    CpuKernel producer(Value value) {
        return producers.get(value);
    }

    /** Returns all kernels, in the order of the program. */
    Collection<CpuKernel> kernels() {
        return producers.values();
    }

    /** Returns the number of the region in which an operation runs. */
    int region(Op op) {
        return regionOf.get(op.writes());
    }

    List<Region> regions() {
        return regions;
    }

    LayerProgram program() {
        return program;
    }

    /** Returns where values lie in a forward pass. */
    CpuValues values(boolean keeping) {
        return keeping ? training : inference;
    }

    CpuGradients gradients() {
        return gradients;
    }

    /** Returns the products of the program, in its order. */
    List<Op.Linear> products() {
        return program.ops().stream()
                .filter(Op.Linear.class::isInstance)
                .map(Op.Linear.class::cast)
                .toList();
    }

    /** Returns the weights, each once. */
    Set<Weight> weights() {
        return weights.keySet();
    }

    /** Returns the number of a weight: what is made of it in a pass is kept by that, so that programs which differ in names share the memory. */
    int number(Weight weight) {
        return weights.get(weight);
    }

    /** Returns what is made of a weight's vectors, kept as long as they stay as they are: whoever generates asks for it at each token. */
    OrthogonalFrame frame(Weight.Orthogonal weight) {
        return frames.computeIfAbsent(weight, w -> new OrthogonalFrame(w.in(), w.out()));
    }

    /** Returns the names of the vectors whose gradients are sums over rows. */
    String[] vectors() {
        Set<String> names = new LinkedHashSet<>();
        for (Op op : program.ops()) {
            if (op instanceof Op.Linear linear
                    && linear.weight().trained()
                    && linear.weight().bias() != null) {
                names.add(linear.weight().bias());
            }
            if (op instanceof Op.Norm || op instanceof Op.Multiply) {
                op.parameters().forEach(parameter -> names.add(parameter.name()));
            }
        }
        return names.toArray(new String[0]);
    }
}
