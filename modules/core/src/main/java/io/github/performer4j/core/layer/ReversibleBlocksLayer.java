package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.base.Recomputation;
import io.github.performer4j.core.base.ReversibleStack;
import io.github.performer4j.core.base.SequenceLayer;
import io.github.performer4j.core.base.SequenceParts;
import io.github.performer4j.core.draw.ProjectionDraw;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * N Transformer blocks in one layer whose inputs follow from their outputs, [B,T,E] → [B,T,E], so that training keeps no more of a hundred blocks than of one (Kitaev et al.: <em>Reformer</em>,
 * arXiv 2001.04451, section 3). Two streams, both x at first, and of each block
 *
 * <pre>
 * y₁ = x₁ + f(x₂)      f(x) = s · drop(attend(norm1(x)))      x₂ = y₂ − g(y₁)
 * y₂ = x₂ + g(y₁)      g(x) = s · drop(ff(norm2(x)))          x₁ = y₁ − f(x₂)
 * </pre>
 *
 * <p>The output is (y₁ + y₂)/2 of the last block; performer-pytorch's {@code reversible=True} takes their sum, which the norm behind it makes the same but for its ε. It is another function than that
 * of as many {@link PerformerBlockLayer}s, with as many parameters: they are named as theirs with {@code block0.} and so on in front.
 *
 * <p>Engines that run programs on kernels go branch by branch ({@link ReversibleStack}), compute each branch once more in the backward pass, as {@link Recomputation} does, and keep two rows of E values a token,
 * whatever N is. The graph of SameDiff has the whole program, and keeps everything.
 */
public class ReversibleBlocksLayer extends ProgramLayer implements Attending {
    private List<BlockSettings> blocks = List.of();

    /** For Deeplearning4j's JSON. */
    protected ReversibleBlocksLayer() {}

    protected ReversibleBlocksLayer(Builder builder) {
        super(builder);
        blocks = List.copyOf(builder.blocks);
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("a layer of blocks needs one; blocks=0");
        }
        checkWidth(getWidth());
        settled(builder);
    }

    @Override
    protected void checkWidth(int known) {
        if (known > 0) {
            blocks.forEach(block -> block.attention().headSize(block.attentionWidth(known)));
        }
    }

    /** Returns what stands before the names of a block's parameters; blocks count from 0. */
    public static String scope(int block) {
        return ProjectionDraw.scope(block);
    }

    /** {@inheritDoc} All blocks one after the other. */
    @Override
    public LayerProgram program() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value x = p.input("x", getWidth());
        Value first = x;
        Value second = x;
        for (int i = 0; i < blocks.size(); i++) {
            first = p.add(first, blocks.get(i).attended(p, second, scope(i), 2 * i));
            second = p.add(second, blocks.get(i).fed(p, first, scope(i), 2 * i));
        }
        return p.output(p.scale(p.add(first, second), 0.5));
    }

    /** Returns f and g of each block, as programs of one input. */
    private List<LayerProgram> branches() {
        List<LayerProgram> all = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            LayerProgram.Builder f = new LayerProgram.Builder();
            all.add(f.output(blocks.get(i).attended(f, f.input("x", getWidth()), scope(i), 2 * i)));
            LayerProgram.Builder g = new LayerProgram.Builder();
            all.add(g.output(blocks.get(i).fed(g, g.input("x", getWidth()), scope(i), 2 * i)));
        }
        return all;
    }

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return ReversibleStack.prepared(conf, type, branches())
                .<GraphRuntime>map(stack -> SequenceParts.onKernels(conf, type, stack))
                .orElseGet(() -> SequenceParts.onGraph(conf, type));
    }

    /** Returns the blocks in their order. */
    public List<BlockSettings> getBlocks() {
        return blocks;
    }

    public void setBlocks(List<BlockSettings> blocks) {
        this.blocks = List.copyOf(blocks);
        setLayerParams(null);
    }

    @Override
    public Map<String, AttentionOptions> attentions() {
        Map<String, AttentionOptions> all = new LinkedHashMap<>();
        for (int i = 0; i < blocks.size(); i++) {
            all.put(scope(i), blocks.get(i).attention());
        }
        return all;
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends SequenceLayer.Builder<Builder> {
        private final List<BlockSettings> blocks = new ArrayList<>();

        /** Adds a block behind those there are. */
        public Builder block(BlockSettings value) {
            blocks.add(value);
            return this;
        }

        /** Adds so many blocks alike. */
        public Builder blocks(int n, BlockSettings value) {
            for (int i = 0; i < n; i++) {
                block(value);
            }
            return this;
        }

        @Override
        public ReversibleBlocksLayer build() {
            return new ReversibleBlocksLayer(this);
        }
    }
}
