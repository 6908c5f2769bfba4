package io.github.performer4j.data.structure;

import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.DataFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.biojava.nbio.structure.Atom;
import org.biojava.nbio.structure.Chain;
import org.biojava.nbio.structure.Group;
import org.biojava.nbio.structure.Structure;
import org.biojava.nbio.structure.StructureException;
import org.biojava.nbio.structure.chem.ChemCompGroupFactory;
import org.biojava.nbio.structure.chem.ReducedChemCompProvider;
import org.biojava.nbio.structure.io.FileParsingParameters;
import org.biojava.nbio.structure.io.PDBFileParser;
import org.biojava.nbio.structure.io.cif.CifStructureConverter;
import org.biojava.nbio.structure.secstruc.SecStrucCalc;
import org.biojava.nbio.structure.secstruc.SecStrucState;
import org.biojava.nbio.structure.secstruc.SecStrucType;

/**
 * Structures of proteins, one in each file ({@code structure}): PDB ({@code .pdb}, {@code .ent}) and mmCIF ({@code .cif}), read by BioJava. Of the first model, a node is a residue with a Cα, named by
 * chain and number; its kind is its three-letter code. Residues whose Cα are within 8 Å ({@code data.columns.options.radius}) are joined by an edge of weight 1. Groups without a Cα are passed over and
 * counted.
 *
 * <p>With {@code data.columns.options.nodeLabels=tags} the tag of a residue is its secondary structure as DSSP assigns it from the backbone (Kabsch and Sander 1983, by BioJava): {@code H} helices,
 * {@code E} strands and bridges, {@code C} else. The label of a structure is the name of the folder of its class.
 */
public final class StructureFormat extends GraphFileFormat {
    private static final double CONTACT = 8;
    private static final List<String> CIF = List.of(".cif");

    public StructureFormat() {
        super("structure", ".pdb", ".ent", ".cif");
    }

    @Override
    Parsed parse(Path file, ExampleColumns columns) throws IOException {
        columns.requireNoColumns(file.toString(), 0);
        Structure structure = structure(file);
        boolean tagged = columns.options().nodeLabels().equals("tags");
        if (tagged) {
            try {
                new SecStrucCalc().calculate(structure, true);
            } catch (StructureException | RuntimeException e) {
                if (columns.options().labelsRequired()) {
                    throw new DataFileException(
                            file.toString(), 0, "secondary structure needs backbones; found " + e.getMessage());
                }
                tagged = false;
            }
        }
        List<String> names = new ArrayList<>();
        List<String> kinds = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        List<double[]> places = new ArrayList<>();
        int passed = 0;
        for (Chain chain : structure.nrModels() == 0 ? List.<Chain>of() : structure.getChains(0)) {
            for (Group group : chain.getAtomGroups()) {
                Atom alpha = group.getAtom("CA");
                if (alpha == null || alpha.getElement() == org.biojava.nbio.structure.Element.Ca) {
                    passed++;
                    continue;
                }
                double[] at = alpha.getCoords();
                String name = chain.getName() + ":" + group.getResidueNumber();
                if (!Arrays.stream(at).allMatch(Double::isFinite)) {
                    throw new DataFileException(
                            file.toString(),
                            0,
                            "coordinates must be finite; residue=" + name + ", found=" + Arrays.toString(at));
                }
                names.add(name);
                kinds.add(group.getPDBName().strip());
                places.add(at.clone());
                if (tagged) {
                    tags.add(tag(group));
                }
            }
        }
        if (names.isEmpty()) {
            throw new DataFileException(
                    file.toString(), 0, "a structure must have residues with a Cα; found none, other groups=" + passed);
        }
        double radius = columns.options().radius() > 0 ? columns.options().radius() : CONTACT;
        ExampleGraph graph = new ExampleGraph(
                NearPoints.within(places.toArray(double[][]::new), radius),
                names,
                kinds,
                new double[names.size()][0],
                tags);
        List<String> notes = passed == 0 ? List.of() : List.of("groups without a Cα were passed over; count=" + passed);
        return new Parsed(graph, List.of(), notes);
    }

    private static Structure structure(Path file) throws IOException {
        // BioJava would download descriptions of residues; the ones that it brings are enough for backbones. To set
        // what is set would empty its cache.
        if (!(ChemCompGroupFactory.getChemCompProvider() instanceof ReducedChemCompProvider)) {
            ChemCompGroupFactory.setChemCompProvider(new ReducedChemCompProvider());
        }
        FileParsingParameters parameters = new FileParsingParameters();
        parameters.setAlignSeqRes(false);
        String text = WholeText.of(file);
        boolean cif = DataFolder.hasEnding(file, CIF);
        if (!cif) {
            PdbCoordinates.check(file, text);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            if (cif) {
                return CifStructureConverter.fromInputStream(new ByteArrayInputStream(bytes), parameters);
            }
            PDBFileParser parser = new PDBFileParser();
            parser.setFileParsingParameters(parameters);
            return parser.parsePDBFile(new ByteArrayInputStream(bytes));
        } catch (RuntimeException e) { // the parsers throw what their parts throw
            throw new DataFileException(
                    file.toString(),
                    0,
                    "a structure must be PDB or mmCIF; found "
                            + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
        }
    }

    private static String tag(Group group) {
        Object state = group.getProperty(Group.SEC_STRUC);
        SecStrucType type = state instanceof SecStrucState s ? s.getType() : SecStrucType.coil;
        return switch (type) {
            case helix4, helix3, helix5 -> "H";
            case extended, bridge -> "E";
            default -> "C";
        };
    }
}
