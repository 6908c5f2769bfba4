import java.io.File;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An application that knows ND4J alone: GRAPH OUTPUT RESULT, and NAME FILE of each placeholder. Started from its source,
 * so that it needs no class of this project.
 */
public final class PlainSameDiff {
    public static void main(String[] args) throws Exception {
        for (String name : List.of(
                "io.github.performer4j.core.base.GraphLayer", "org.deeplearning4j.nn.graph.ComputationGraph")) {
            try {
                throw new IllegalStateException("must not be here; class=" + Class.forName(name));
            } catch (ClassNotFoundException e) {
                System.out.println("without " + name);
            }
        }
        Map<String, INDArray> values = new HashMap<>();
        for (int i = 3; i < args.length; i += 2) {
            values.put(args[i], Nd4j.readBinary(new File(args[i + 1])));
        }
        SameDiff graph = SameDiff.load(new File(args[0]), false);
        System.out.println("placeholders " + graph.inputs());
        Nd4j.saveBinary(graph.outputSingle(values, args[1]), new File(args[2]));
    }
}
