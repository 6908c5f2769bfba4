package io.github.performer4j.data.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A made-up backbone: an α-helix, a turn and an extended strand, built atom by atom from torsion angles and ideal bonds (natural extension reference frame, Parsons and others 2005).
 *
 * @param atoms name and place of each, four for each residue: N, CA, C, O
 */
record Backbone(List<Atom> atoms) {
    static final String[] CODES = {"ALA", "LEU", "LYS", "GLU", "VAL", "GLY"};

    record Atom(int residue, String name, double... at) {}

    /** Builds so many residues of helix, two of turn, and so many of strand. */
    static Backbone of(int helix, int strand) {
        int n = helix + 2 + strand;
        double[] phi = new double[n];
        double[] psi = new double[n];
        for (int i = 0; i < n; i++) {
            phi[i] = i < helix ? -57 : i < helix + 2 ? 60 : -120;
            psi[i] = i < helix ? -47 : i < helix + 2 ? 30 : 130;
        }
        List<double[]> chain = new ArrayList<>(List.of(new double[] {0, 0, 0}, new double[] {1.46, 0, 0}, new double[] {
            1.46 + 1.52 * Math.cos(Math.toRadians(69)), 1.52 * Math.sin(Math.toRadians(69)), 0
        }));
        for (int i = 1; i < n; i++) {
            chain.add(next(chain, 1.33, 117, psi[i - 1])); // N
            chain.add(next(chain, 1.46, 122, 180)); // CA
            chain.add(next(chain, 1.52, 111, phi[i])); // C
        }
        List<Atom> atoms = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            atoms.add(new Atom(i, "N", chain.get(3 * i)));
            atoms.add(new Atom(i, "CA", chain.get(3 * i + 1)));
            atoms.add(new Atom(i, "C", chain.get(3 * i + 2)));
            List<double[]> own = chain.subList(3 * i, 3 * i + 3);
            atoms.add(new Atom(i, "O", next(own, 1.23, 121, psi[i] + 180)));
        }
        return new Backbone(atoms);
    }

    /** Places an atom behind the last three. */
    private static double[] next(List<double[]> chain, double bond, double angle, double torsion) {
        double[] a = chain.get(chain.size() - 3);
        double[] b = chain.get(chain.size() - 2);
        double[] c = chain.get(chain.size() - 1);
        double[] bc = unit(minus(c, b));
        double[] normal = unit(cross(minus(b, a), bc));
        double[] third = cross(normal, bc);
        double theta = Math.toRadians(angle);
        double tau = Math.toRadians(torsion);
        double x = -bond * Math.cos(theta);
        double y = bond * Math.sin(theta) * Math.cos(tau);
        double z = bond * Math.sin(theta) * Math.sin(tau);
        double[] at = new double[3];
        for (int d = 0; d < 3; d++) {
            at[d] = c[d] + x * bc[d] + y * third[d] + z * normal[d];
        }
        return at;
    }

    private static double[] minus(double[] a, double... b) {
        return new double[] {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    }

    private static double[] cross(double[] a, double... b) {
        return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    }

    private static double[] unit(double... a) {
        double norm = Math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]);
        return new double[] {a[0] / norm, a[1] / norm, a[2] / norm};
    }

    int residues() {
        return atoms.size() / 4;
    }

    static String code(int residue) {
        return CODES[residue % CODES.length];
    }

    String pdb() {
        StringBuilder text = new StringBuilder();
        int serial = 1;
        for (Atom atom : atoms) {
            text.append(String.format(
                    Locale.ROOT,
                    "ATOM  %5d  %-3s %3s A%4d    %8.3f%8.3f%8.3f  1.00  0.00           %1s%n",
                    serial++,
                    atom.name(),
                    code(atom.residue()),
                    atom.residue() + 1,
                    atom.at()[0],
                    atom.at()[1],
                    atom.at()[2],
                    atom.name().substring(0, 1)));
        }
        return text + "TER\nHETATM" + String.format("%5d", serial)
                + "  O   HOH A 900      50.000  50.000  50.000  1.00  0.00           O\nEND\n";
    }

    String cif() {
        StringBuilder text = new StringBuilder("data_MADE\n#\nloop_\n");
        for (String field : List.of(
                "group_PDB",
                "id",
                "type_symbol",
                "label_atom_id",
                "label_alt_id",
                "label_comp_id",
                "label_asym_id",
                "label_entity_id",
                "label_seq_id",
                "pdbx_PDB_ins_code",
                "Cartn_x",
                "Cartn_y",
                "Cartn_z",
                "occupancy",
                "B_iso_or_equiv",
                "auth_seq_id",
                "auth_comp_id",
                "auth_asym_id",
                "auth_atom_id",
                "pdbx_PDB_model_num")) {
            text.append("_atom_site.").append(field).append('\n');
        }
        int serial = 1;
        for (Atom atom : atoms) {
            String code = code(atom.residue());
            text.append(String.format(
                    Locale.ROOT,
                    "ATOM %d %s %s . %s A 1 %d ? %.3f %.3f %.3f 1.00 0 %d %s A %s 1%n",
                    serial++,
                    atom.name().substring(0, 1),
                    atom.name(),
                    code,
                    atom.residue() + 1,
                    atom.at()[0],
                    atom.at()[1],
                    atom.at()[2],
                    atom.residue() + 1,
                    code,
                    atom.name()));
        }
        return text + "#\n";
    }
}
