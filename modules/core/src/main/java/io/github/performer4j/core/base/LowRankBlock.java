package io.github.performer4j.core.base;

import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.core.net.SnnkAdapters;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.program.Snnk;
import java.util.Set;

/** A block whose weights may stay as they are, with updates of low rank beside them ({@link LowRankAdapters}) or adapters behind its sums ({@link SnnkAdapters}). */
public interface LowRankBlock {

    /** Returns the updates; null for a block that trains its weights. */
    LowRank getLowRank();

    /** Sets the updates; the parameters are declared anew. */
    void setLowRank(LowRank lowRank);

    /** Returns the adapters; null for a block without. */
    Snnk getAdapter();

    /** Sets the adapters; the parameters are declared anew. */
    void setAdapter(Snnk adapter);

    /** Returns how the block's weights are trained: by updates, not at all beside adapters, or as they are (null). */
    default LowRank updates() {
        return getLowRank() == null && getAdapter() != null ? LowRank.NONE : getLowRank();
    }

    /**
     * Returns what stands in front of the parameters of each group of heads.
     *
     * @param scope in front of all parameters of one attention; empty for that of a sequence to itself
     */
    Set<String> groups(String scope);

    /** Returns the block as a layer. */
    default GraphLayer layer() {
        return (GraphLayer) this;
    }
}
