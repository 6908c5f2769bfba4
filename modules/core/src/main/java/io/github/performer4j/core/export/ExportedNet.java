package io.github.performer4j.core.export;

import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.draw.ProjectionDraw;
import io.github.performer4j.core.layer.ContrastLayer;
import io.github.performer4j.core.layer.ContrastLossLayer;
import io.github.performer4j.core.layer.EmbeddingLookupVertex;
import io.github.performer4j.core.layer.EmbeddingTableLayer;
import io.github.performer4j.core.layer.RowEmbeddingLayer;
import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.core.layer.TiedLogitsVertex;
import io.github.performer4j.core.layer.TokenEmbeddingLayer;
import io.github.performer4j.core.loss.TokenLosses;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.table.TableProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A net as programs, for what writes it in a format of other programs: every vertex, in an order in which each reads what stands, with the numbers that inference uses at this moment.
 *
 * <p>A vertex that only has a table for others is no part, and neither is the softmax behind a {@link ContrastLayer}, which compares the sequences of a batch: the contrast's part is its vectors.
 *
 * @param input name of the net's input: token ids [B,T], or rows of floats [B,T,F]
 * @param rowSize F; 0 for token ids
 * @param parts in order
 */
public record ExportedNet(String input, int rowSize, List<NetPart> parts) {
    /** Copies the list. */
    public ExportedNet {
        parts = List.copyOf(parts);
    }

    /**
     * Reads a net, which stays as it is.
     *
     * @param net initialised, with one input
     * @throws IllegalArgumentException in one line, naming layer and class, if a vertex is no program
     */
    public static ExportedNet of(ComputationGraph net) {
        List<String> inputs = net.getConfiguration().getNetworkInputs();
        if (inputs.size() != 1) {
            throw new IllegalArgumentException("a net must have one input to be written as programs; inputs=" + inputs);
        }
        Reading reading = new Reading(net, inputs.get(0));
        for (int index : net.topologicalSortOrder()) {
            String name = net.getVertices()[index].getVertexName();
            if (!name.equals(inputs.get(0))) {
                reading.add(name);
            }
        }
        return new ExportedNet(inputs.get(0), reading.rowSize, reading.parts);
    }

    /**
     * Returns a part.
     *
     * @param name of the vertex
     * @return null if there is none
     */
    public NetPart part(String name) {
        return parts.stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** What is known while a net is read. */
    private static final class Reading {
        private final ComputationGraph net;
        private final String input;
        private final List<NetPart> parts = new ArrayList<>();
        private final Map<String, Integer> columns = new HashMap<>();
        private final Map<String, NetTensor> tables = new HashMap<>();
        private int rowSize;

        Reading(ComputationGraph net, String input) {
            this.net = net;
            this.input = input;
        }

        private void add(String name) {
            GraphVertex vertex = net.getConfiguration().getVertices().get(name);
            if (vertex instanceof FrozenVertex frozen) {
                vertex = frozen.getUnderlying();
            }
            List<String> reads = net.getConfiguration().getVertexInputs().get(name);
            if (vertex instanceof LayerVertex layer && layer.getPreProcessor() == null && reads.size() == 1) {
                layer(
                        name,
                        reads.get(0),
                        ExportedVertices.plain(layer.getLayerConf().getLayer()));
            } else if (vertex instanceof EmbeddingLookupVertex && tables.containsKey(reads.get(1))) {
                NetTensor table = tables.get(reads.get(1));
                add(
                        name,
                        reads.get(0),
                        TableProgram.lookup(
                                Math.toIntExact(table.array().size(0)),
                                Math.toIntExact(table.array().size(1))),
                        NetPart.Finish.NONE,
                        Map.of(TableProgram.TABLE, table));
            } else if (vertex instanceof TiedLogitsVertex && tables.containsKey(reads.get(1))) {
                NetTensor table = tables.get(reads.get(1));
                add(
                        name,
                        reads.get(0),
                        TableProgram.tied(
                                Math.toIntExact(table.array().size(0)),
                                Math.toIntExact(table.array().size(1))),
                        NetPart.Finish.NONE,
                        Map.of(TableProgram.TABLE, table));
            } else {
                throw refused(name, vertex);
            }
        }

        private static IllegalArgumentException refused(String name, Object what) {
            return new IllegalArgumentException(
                    "a layer or vertex must be a program to be written in this format; layer=" + name + ", class="
                            + what.getClass().getName());
        }

        private void layer(String name, String read, org.deeplearning4j.nn.conf.layers.Layer layer) {
            Map<String, NetTensor> tensors = new LinkedHashMap<>();
            runtime(name).paramTable().forEach((p, array) -> tensors.put(p, new NetTensor(name + "." + p, array)));
            int in = columns.getOrDefault(read, 0);
            if (layer instanceof EmbeddingTableLayer) {
                tables.put(name, tensors.get(TableProgram.TABLE));
            } else if (layer instanceof ProgramLayer own && own.tokenDimension() == 1) {
                rows(read, own.getWidth());
                add(name, read, own.program(), NetPart.Finish.NONE, tensors);
            } else if (layer instanceof TokenEmbeddingLayer table) {
                add(
                        name,
                        read,
                        TableProgram.lookup(table.getVocabulary(), table.getWidth(), table.context()),
                        NetPart.Finish.NONE,
                        tensors);
            } else if (layer instanceof RowEmbeddingLayer own) {
                rows(read, own.getSize());
                add(name, read, own.program(), NetPart.Finish.NONE, tensors);
            } else if (layer instanceof SequencePoolingLayer pooling) {
                boolean vectors = layer instanceof ContrastLayer;
                add(name, read, pooling.program(in), vectors ? NetPart.Finish.UNIT : NetPart.Finish.NONE, tensors);
            } else if (layer instanceof TokenLosses losses) {
                add(name, read, losses.losses(in).logits(), NetPart.Finish.SOFTMAX, tensors);
            } else if (layer instanceof ContrastLossLayer) {
                columns.put(name, in); // gives what it reads
            } else if (ExportedOutput.holds(layer)) {
                LayerProgram.Builder p = new LayerProgram.Builder();
                BaseOutputLayer output = (BaseOutputLayer) layer;
                String bias = output.hasBias() ? "b" : null;
                LayerProgram program =
                        p.output(p.linear(p.input("x", in), "W", bias, Math.toIntExact(output.getNOut())));
                add(name, read, program, ExportedOutput.finish(output), tensors);
            } else {
                throw refused(name, layer);
            }
        }

        /** Notes the floats of a row, if it is the net's input that is read. */
        private void rows(String read, int size) {
            rowSize = read.equals(input) ? size : rowSize;
        }

        private Layer runtime(String name) {
            Layer runtime = net.getLayer(name);
            while (runtime instanceof BaseWrapperLayer wrapper) {
                runtime = wrapper.getUnderlying();
            }
            return runtime;
        }

        private void add(
                String name, String read, LayerProgram program, NetPart.Finish finish, Map<String, NetTensor> tensors) {
            Map<Integer, INDArray> projections = new HashMap<>();
            for (Op op : program.ops()) {
                if (op instanceof Op.Attend attend && !attend.options().learnedProjection()) {
                    ProjectionDraw draw = ProjectionDraw.of(attend.options(), attend.keySize(), attend.scope());
                    if (draw != null && runtime(name) instanceof GraphRuntime own) {
                        projections.put(attend.writes().id(), own.drawnForInference(draw));
                    }
                }
            }
            columns.put(name, program.output().columns());
            parts.add(new NetPart(name, read, program, finish, tensors, projections));
        }
    }
}
