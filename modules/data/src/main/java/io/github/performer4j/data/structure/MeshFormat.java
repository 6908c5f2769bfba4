package io.github.performer4j.data.structure;

import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.files.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Surfaces, one in each file ({@code mesh}): OFF, Wavefront OBJ and PLY in ASCII; see {@link Mesh}. Normals, colours, textures and materials are passed over. The label of a mesh is the name of the
 * folder of its class.
 */
public final class MeshFormat extends GraphFileFormat {
    private static final int MOST = 1 << 24;

    public MeshFormat() {
        super("mesh", ".off", ".obj", ".ply");
    }

    @Override
    Parsed parse(Path file, ExampleColumns columns) throws IOException {
        columns.requireNoColumns(file.toString(), 0);
        try (Lines lines = new Lines(file, DataFolder.hasEnding(file, List.of(".ply")) ? null : "#")) {
            Mesh mesh = new Mesh();
            if (DataFolder.hasEnding(file, List.of(".obj"))) {
                obj(lines, mesh);
            } else if (DataFolder.hasEnding(file, List.of(".ply"))) {
                ply(lines, mesh);
            } else {
                off(lines, mesh);
            }
            while (lines.next() != null) { // behind the faces that are counted
                mesh.pass();
            }
            return mesh.parsed(lines);
        }
    }

    private static void off(Lines lines, Mesh mesh) throws IOException {
        String[] first = lines.need("a line OFF");
        if (!first[0].equals("OFF")) {
            throw lines.fault("a mesh must begin with OFF; found " + first[0]);
        }
        int at = first.length > 1 ? 1 : 0; // some programs write the counts behind OFF
        if (at == 0) {
            lines.need("numbers of vertices, faces and edges");
        }
        int vertices = lines.whole(at, 1, MOST, "the number of vertices");
        int faces = lines.whole(at + 1, 0, MOST, "the number of faces");
        for (int i = 0; i < vertices; i++) {
            lines.need("a vertex");
            mesh.vertex(lines, 0);
        }
        for (int i = 0; i < faces; i++) {
            lines.need("a face");
            face(lines, mesh, vertices);
        }
    }

    /** Reads a face that begins with the number of its corners, from 0. */
    private static void face(Lines lines, Mesh mesh, int vertices) throws IOException {
        int[] corners = new int[lines.whole(0, 1, MOST, "the number of a face's vertices")];
        for (int c = 0; c < corners.length; c++) {
            corners[c] = lines.whole(c + 1, 0, vertices - 1, "a vertex of a face");
        }
        mesh.face(lines, corners);
    }

    private static void obj(Lines lines, Mesh mesh) throws IOException {
        for (String[] words = lines.next(); words != null; words = lines.next()) {
            if (words[0].equals("v")) {
                mesh.vertex(lines, 1);
            } else if (words[0].equals("f")) {
                int[] corners = new int[words.length - 1];
                for (int c = 0; c < corners.length; c++) {
                    String corner = words[c + 1].split("/", 2)[0];
                    int number = lines.whole(corner, -mesh.size(), mesh.size(), "a vertex of a face");
                    if (number == 0) {
                        throw lines.fault("a vertex of a face must be a number from 1, or from −1 backwards; found 0");
                    }
                    corners[c] = number > 0 ? number - 1 : mesh.size() + number;
                }
                mesh.face(lines, corners);
            } else {
                mesh.pass();
            }
        }
    }

    private static void ply(Lines lines, Mesh mesh) throws IOException {
        if (!lines.need("a line ply")[0].equals("ply")) {
            throw lines.fault("a mesh must begin with ply; found something else");
        }
        String[] format = lines.need("the format");
        if (format.length < 2 || !format[0].equals("format") || !format[1].equals("ascii")) {
            throw lines.fault("a PLY file must be in ASCII; found " + String.join(" ", format));
        }
        int[] counts = new int[2];
        List<String> properties = new ArrayList<>(); // of a vertex
        String element = "";
        for (String[] w = lines.need("end_header"); !w[0].equals("end_header"); w = lines.need("end_header")) {
            if (w[0].equals("element") && w.length > 2) {
                element = w[1];
                if (!List.of("vertex", "face").contains(element) || element.equals("vertex") && counts[1] > 0) {
                    throw lines.fault("a PLY file must have vertices, then faces; found element " + element);
                }
                counts[element.equals("vertex") ? 0 : 1] = lines.whole(2, 0, MOST, "the number of elements");
            } else if (w[0].equals("property") && element.equals("vertex")) {
                properties.add(w[w.length - 1]);
            }
        }
        if (properties.size() < 3 || !properties.subList(0, 3).equals(Arrays.asList("x", "y", "z"))) {
            throw lines.fault("a vertex must begin with x, y and z; found " + properties);
        }
        for (int i = 0; i < counts[0]; i++) {
            lines.need("a vertex");
            mesh.vertex(lines, 0);
        }
        for (int i = 0; i < counts[1]; i++) {
            lines.need("a face");
            face(lines, mesh, counts[0]);
        }
    }
}
