package io.github.performer4j.checkpoint.weights;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Types of elements, with the names that safetensors files have for them; all little-endian. */
public enum ElementType {
    /** IEEE 754 binary64. */
    F64(8) {
        @Override
        float value(ByteBuffer bytes, int place) {
            return (float) bytes.getDouble(place);
        }
    },
    /** IEEE 754 binary32. */
    F32(4) {
        @Override
        float value(ByteBuffer bytes, int place) {
            return bytes.getFloat(place);
        }
    },
    /** IEEE 754 binary16. */
    F16(2) {
        @Override
        float value(ByteBuffer bytes, int place) {
            return half(bytes.getShort(place));
        }
    },
    /** The upper half of binary32. */
    BF16(2) {
        @Override
        float value(ByteBuffer bytes, int place) {
            return Float.intBitsToFloat(bytes.getShort(place) << 16);
        }
    },
    /** Signed, 64 bits. */
    I64(8) {
        @Override
        float value(ByteBuffer bytes, int place) {
            return bytes.getLong(place);
        }
    },
    /** Signed, 32 bits. */
    I32(4) {
        @Override
        float value(ByteBuffer bytes, int place) {
            return bytes.getInt(place);
        }
    },
    /** Signed, 16 bits. */
    I16(2) {
        @Override
        float value(ByteBuffer bytes, int place) {
            return bytes.getShort(place);
        }
    },
    /** Signed, 8 bits. */
    I8(1) {
        @Override
        float value(ByteBuffer bytes, int place) {
            return bytes.get(place);
        }
    },
    /** Unsigned, 8 bits. */
    U8(1) {
        @Override
        float value(ByteBuffer bytes, int place) {
            return bytes.get(place) & 0xFF;
        }
    },
    /** A byte, 0 for false. */
    BOOL(1) {
        @Override
        float value(ByteBuffer bytes, int place) {
            return bytes.get(place) == 0 ? 0 : 1;
        }
    };

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Returns the bytes of an element. */
    public int bytes() {
        return bytes;
    }

    /** Returns whether elements are floating-point numbers, as weights are. */
    public boolean floating() {
        return ordinal() <= BF16.ordinal();
    }

    /**
     * Returns an element, rounded to float32 where the type is wider.
     *
     * @param bytes little-endian
     * @param place of the element's first byte
     */
    abstract float value(ByteBuffer bytes, int place);

    /** Finds a type by its name in a file. */
    static Optional<ElementType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /** Sign, 5 bits of exponent (bias 15), 10 of fraction; subnormal numbers are fraction · 2⁻²⁴. */
    private static float half(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >> 10 & 0x1F;
        int fraction = bits & 0x3FF;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int wide = exponent == 0x1F ? 0xFF : exponent + 112;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }
}
