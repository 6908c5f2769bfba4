package io.github.performer4j.training.score;

import io.github.performer4j.checkpoint.Explanation;
import io.github.performer4j.core.net.AttentionMass;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * Mass as a picture: a row for each head, grouped by layer, tokens from left to right. White is the average or less, dark eight times that and more, on a logarithmic scale; where tokens are more than pixels, a
 * pixel shows the greatest of its own.
 */
public final class MassPicture {
    private static final int WIDTH = 960;
    private static final int LEFT = 120;
    private static final int TOP = 34;
    private static final int ROW = 14;
    private static final int GAP = 8;
    private static final int BOTTOM = 30;
    private static final double DARKEST = 8;

    private MassPicture() {}

    /**
     * Draws it.
     *
     * @param e of one sequence
     * @param name of the sequence
     * @return a PNG
     */
    public static byte[] png(Explanation e, String name) throws IOException {
        Pictures.needNoDisplay();
        int heads = e.masses().stream().mapToInt(m -> m.heads().length).sum();
        int height = TOP + heads * ROW + e.masses().size() * GAP + BOTTOM;
        BufferedImage image = new BufferedImage(LEFT + WIDTH + 20, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, image.getWidth(), height);
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        g.setColor(Color.DARK_GRAY);
        g.drawString(
                Pictures.shortened(name, 50)
                        + ": attention received by each token, a row for each head; white the average or less, dark 8 times that or more",
                8,
                20);
        int y = TOP;
        for (AttentionMass mass : e.masses()) {
            g.setColor(Color.DARK_GRAY);
            g.drawString(mass.layer(), 8, y + ROW - 3);
            for (double[] head : mass.heads()) {
                row(image, y, head);
                y += ROW;
            }
            y += GAP;
        }
        g.setColor(Color.DARK_GRAY);
        int tokens = e.even().length;
        for (int i = 0; i <= 4; i++) {
            int position = 1 + (int) Math.round((tokens - 1) * i / 4.0);
            String label = String.format(Locale.ROOT, "%,d", position);
            int x = LEFT + (int) ((WIDTH - 1) * i / 4.0);
            int wide = g.getFontMetrics().stringWidth(label);
            g.drawString(label, Math.min(x - wide / 2, LEFT + WIDTH - wide), height - 10);
        }
        g.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    private static void row(BufferedImage image, int y, double... head) {
        int tokens = head.length;
        for (int x = 0; x < WIDTH; x++) {
            int from = (int) ((long) x * tokens / WIDTH);
            int to = Math.max(from + 1, (int) ((long) (x + 1) * tokens / WIDTH));
            double most = 0;
            for (int t = from; t < to; t++) {
                most = Math.max(most, head[t]);
            }
            int colour = colour(most);
            for (int i = 0; i < ROW - 2; i++) {
                image.setRGB(LEFT + x, y + i, colour);
            }
        }
    }

    /** From white by orange to dark red. */
    static int colour(double mass) {
        double depth = Math.max(0, Math.min(1, Math.log(Math.max(mass, 1e-9)) / Math.log(DARKEST)));
        int red = (int) Math.round(255 - 130 * depth * depth);
        int green = (int) Math.round(255 - 235 * depth);
        int blue = (int) Math.round(245 - 215 * Math.sqrt(depth));
        return red << 16 | green << 8 | blue;
    }
}
