package io.github.performer4j.checkpoint.weights;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.WireFormat;

/** Reads one {@code TensorProto}: name, dimensions, type, and where its bytes lie, be they raw data or packed floats, which are the same. */
final class OnnxTensor {
    private static final int DIMS = 1;
    private static final int TYPE = 2;
    private static final int SEGMENT = 3;
    private static final int FLOATS = 4;
    private static final int NAME = 8;
    private static final int RAW = 9;
    private static final int DOUBLES = 10;
    private static final int EXTERNAL = 13;
    private static final int LOCATION = 14;
    private static final int MAX_DIMENSIONS = 64;

    private final String path;
    private final List<Long> dims = new ArrayList<>();
    private String name = "";
    private int type;
    private long offset = -1;
    private long length;
    private boolean elsewhere;

    private OnnxTensor(String path) {
        this.path = path;
    }

    /** Reads a tensor, whose length comes next. */
    static Initializer read(String path, CodedInputStream in) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        OnnxTensor tensor = new OnnxTensor(path);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            tensor.field(in, tag);
        }
        in.popLimit(outer);
        return tensor.checked();
    }

    private void field(CodedInputStream in, int tag) throws IOException {
        boolean delimited = (tag & 7) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
        switch (tag >>> 3) {
            case DIMS -> dims(in, delimited);
            case TYPE -> type = in.readInt32();
            case NAME -> name = in.readStringRequireUtf8();
            case RAW, FLOATS, DOUBLES -> {
                if (!delimited) {
                    throw new DataFileException(path, 0, "numbers of a tensor must be packed; tensor=" + name);
                }
                length = in.readRawVarint32();
                offset = in.getTotalBytesRead();
                in.skipRawBytes((int) length);
            }
            case LOCATION -> elsewhere |= in.readInt32() != 0;
            case SEGMENT, EXTERNAL -> {
                elsewhere = true;
                OnnxGraph.skip(in, tag);
            }
            default -> OnnxGraph.skip(in, tag);
        }
    }

    private void dims(CodedInputStream in, boolean packed) throws IOException {
        int outer = packed ? in.pushLimit(in.readRawVarint32()) : 0;
        do {
            if (packed && in.getBytesUntilLimit() == 0) {
                break;
            }
            dims.add(in.readInt64());
            if (dims.size() > MAX_DIMENSIONS) {
                throw new DataFileException(path, 0, "a tensor must have at most " + MAX_DIMENSIONS + " dimensions");
            }
        } while (packed);
        if (packed) {
            in.popLimit(outer);
        }
    }

    private Initializer checked() throws DataFileException {
        TensorNames.check(path, name);
        if (elsewhere) {
            throw new DataFileException(
                    path, 0, "weights must lie in the ONNX file itself, not in others; tensor=" + name);
        }
        if (dims.stream().anyMatch(size -> size < 0)) {
            throw new DataFileException(path, 0, "dimensions must not be negative; tensor=" + name + ", shape=" + dims);
        }
        ElementType element = switch (type) {
            case 1 -> ElementType.F32;
            case 2 -> ElementType.U8;
            case 3 -> ElementType.I8;
            case 5 -> ElementType.I16;
            case 6 -> ElementType.I32;
            case 7 -> ElementType.I64;
            case 9 -> ElementType.BOOL;
            case 10 -> ElementType.F16;
            case 11 -> ElementType.F64;
            case 16 -> ElementType.BF16;
            default ->
                throw new DataFileException(path, 0, "unknown element type; tensor=" + name + ", data_type=" + type);
        };
        long bytes = TensorNames.bytes(path, name, dims, element);
        if (offset >= 0 ? bytes != length : element.floating() && bytes > 0) {
            throw new DataFileException(
                    path,
                    0,
                    "shape and bytes must agree; tensor=" + name + ", shape=" + dims + ", type=" + element + ", bytes="
                            + (offset < 0 ? "none" : length));
        }
        return new Initializer(name, element, List.copyOf(dims), offset);
    }
}
