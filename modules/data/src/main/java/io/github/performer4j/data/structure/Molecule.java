package io.github.performer4j.data.structure;

import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.kernels.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import org.openscience.cdk.exception.InvalidSmilesException;
import org.openscience.cdk.graph.Cycles;
import org.openscience.cdk.interfaces.IAtom;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.interfaces.IBond;
import org.openscience.cdk.silent.SilentChemObjectBuilder;
import org.openscience.cdk.smiles.SmilesParser;

/**
 * A molecule as a graph: atoms that its SMILES writes (hydrogens that it only implies are none) and bonds, weighted by their order, 1, 2 or 3, of one Kekulé form where the SMILES is aromatic. Read
 * by the Chemistry Development Kit.
 *
 * <pre>
 * kind        the element's symbol
 * attributes  implied hydrogens, formal charge, bonds, sum of their orders, 1 in a ring
 * </pre>
 */
public final class Molecule {
    private Molecule() {}

    /**
     * Reads a molecule.
     *
     * @param smiles one or more parts, without blanks
     * @return its graph, without tags
     * @throws IllegalArgumentException in one line, if it does not parse, or has no atom
     */
    public static ExampleGraph ofSmiles(String smiles) {
        IAtomContainer molecule;
        try {
            molecule = new SmilesParser(SilentChemObjectBuilder.getInstance()).parseSmiles(smiles);
        } catch (InvalidSmilesException e) {
            throw new IllegalArgumentException(
                    "a molecule must be SMILES; found "
                            + e.getMessage().lines().findFirst().orElse(smiles),
                    e);
        }
        if (molecule.getAtomCount() == 0) {
            throw new IllegalArgumentException("a molecule must have an atom; found '" + smiles + "'");
        }
        Cycles.markRingAtomsAndBonds(molecule);
        Graph.Builder graph = new Graph.Builder(molecule.getAtomCount());
        for (IBond bond : molecule.bonds()) {
            graph.edge(bond.getBegin().getIndex(), bond.getEnd().getIndex(), order(bond));
        }
        List<String> kinds = new ArrayList<>();
        double[][] attributes = new double[molecule.getAtomCount()][];
        for (IAtom atom : molecule.atoms()) {
            kinds.add(atom.getSymbol());
            double orders = 0;
            for (IBond bond : atom.bonds()) {
                orders += order(bond);
            }
            attributes[atom.getIndex()] = new double[] {
                value(atom.getImplicitHydrogenCount()),
                value(atom.getFormalCharge()),
                atom.getBondCount(),
                orders,
                atom.isInRing() ? 1 : 0
            };
        }
        return new ExampleGraph(graph.build(), List.of(), kinds, attributes, List.of());
    }

    private static int order(IBond bond) {
        return bond.getOrder() == null || bond.getOrder() == IBond.Order.UNSET
                ? 1
                : bond.getOrder().numeric();
    }

    private static int value(Integer count) {
        return count == null ? 0 : count;
    }
}
