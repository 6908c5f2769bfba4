package io.github.performer4j.examples;

import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.kernels.math.CounterRandom;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/** Pictures of graphs and of what was learnt from them, drawn by Java2D; PNG. */
final class GraphPictures {
    private static final int SIZE = 480;
    private static final int MARGIN = 40;
    private static final int ROUNDS = 400;

    private GraphPictures() {}

    /** Draws on white. */
    static byte[] png(int width, int height, Consumer<Graphics2D> draw) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, width, height);
        draw.accept(g);
        g.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory takes what is written
        }
        return out.toByteArray();
    }

    /** Draws shares from 0 to 1 as bars with their names. */
    static byte[] bars(Map<String, Double> shares) {
        int row = 36;
        return png(SIZE, MARGIN + row * shares.size(), g -> {
            int y = MARGIN / 2;
            for (Map.Entry<String, Double> one : shares.entrySet()) {
                g.setColor(new Color(0x4C78A8));
                g.fillRect(190, y, (int) Math.round(one.getValue() * (SIZE - 260)), row - 12);
                g.setColor(Color.BLACK);
                g.drawString(one.getKey(), 10, y + 16);
                g.drawString(
                        String.format(Locale.ROOT, "%.1f%%", 100 * one.getValue()),
                        196 + (int) Math.round(one.getValue() * (SIZE - 260)),
                        y + 16);
                y += row;
            }
        });
    }

    /** Draws a matrix [n][n] of values from 0 to 1, white to dark, and below it a strip with a colour for each of the tags of its columns. */
    static byte[] matrix(double[][] values, List<String> tags) {
        int n = values.length;
        int cell = Math.max(1, SIZE / n);
        List<String> known = List.copyOf(new TreeSet<>(tags));
        return png(n * cell, n * cell + 16, g -> {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    int shade = (int) Math.round(255 * (1 - Math.max(0, Math.min(1, values[i][j]))));
                    g.setColor(new Color(shade, shade, 255));
                    g.fillRect(j * cell, i * cell, cell, cell);
                }
                if (!tags.isEmpty()) {
                    g.setColor(colour(known.indexOf(tags.get(i)), known.size()));
                    g.fillRect(i * cell, n * cell + 4, cell, 12);
                }
            }
        });
    }

    /** Draws a graph: nodes that push each other away and edges that pull (Fruchterman and Reingold 1991), a colour for each kind; bonds of weight 2 and more are thick. */
    static byte[] graph(ExampleGraph example, String title) {
        double[][] places = layout(example);
        List<String> kinds = List.copyOf(new TreeSet<>(example.kinds()));
        return png(SIZE, SIZE, g -> {
            g.setColor(Color.GRAY);
            example.graph().adjacency().forEach((i, j, weight) -> {
                g.setStroke(new BasicStroke(weight >= 2 ? 4 : 1.5f));
                g.draw(new Line2D.Double(places[i][0], places[i][1], places[j][0], places[j][1]));
            });
            for (int i = 0; i < places.length; i++) {
                String kind = kinds.isEmpty() ? "" : example.kinds().get(i);
                g.setColor(colour(kinds.indexOf(kind), kinds.size()));
                g.fill(new Ellipse2D.Double(places[i][0] - 10, places[i][1] - 10, 20, 20));
                g.setColor(Color.WHITE);
                g.drawString(kind, (float) places[i][0] - 4 * kind.length(), (float) places[i][1] + 5);
            }
            g.setColor(Color.BLACK);
            g.drawString(title, 10, 20);
        });
    }

    private static Color colour(int number, int of) {
        return Color.getHSBColor((float) Math.max(0, number) / Math.max(1, of), 0.65f, 0.7f);
    }

    private static double[][] layout(ExampleGraph example) {
        int n = example.nodes();
        double ideal = 1 / Math.sqrt(n);
        CounterRandom random = CounterRandom.of(1);
        double[][] at = new double[n][2];
        for (double[] place : at) {
            place[0] = random.nextDouble();
            place[1] = random.nextDouble();
        }
        for (int round = 0; round < ROUNDS; round++) {
            double[][] push = new double[n][2];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    if (i != j) {
                        pull(at, push, i, j, -ideal * ideal / Math.max(1e-4, square(at[i], at[j])));
                    }
                }
            }
            example.graph()
                    .adjacency()
                    .forEach((i, j, weight) -> pull(at, push, i, j, Math.sqrt(square(at[i], at[j])) / ideal));
            double most = 0.1 * (1 - (double) round / ROUNDS);
            for (int i = 0; i < n; i++) {
                double length = Math.max(1e-9, Math.hypot(push[i][0], push[i][1]));
                for (int d = 0; d < 2; d++) {
                    at[i][d] += push[i][d] / length * Math.min(length, most);
                }
            }
        }
        return onPaper(at);
    }

    private static void pull(double[][] at, double[][] push, int i, int j, double force) {
        for (int d = 0; d < 2; d++) {
            push[i][d] += force * (at[j][d] - at[i][d]);
        }
    }

    private static double square(double[] a, double... b) {
        return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]);
    }

    private static double[][] onPaper(double[][] at) {
        for (int d = 0; d < 2; d++) {
            double least = Double.POSITIVE_INFINITY;
            double most = Double.NEGATIVE_INFINITY;
            for (double[] place : at) {
                least = Math.min(least, place[d]);
                most = Math.max(most, place[d]);
            }
            for (double[] place : at) {
                place[d] = MARGIN + (SIZE - 2 * MARGIN) * (place[d] - least) / Math.max(1e-9, most - least);
            }
        }
        return at;
    }
}
