package org.sparkkfac.io.tensors;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.sparkkfac.UserException;

/** The tensors of one file, by name, in the order of the file; knows the file's place, for errors that name it. */
public final class Tensors {
    private static final int NAMES_IN_ERRORS = 8;

    private final String place;
    private final Map<String, Tensor> byName;

    /** These tensors, read from (or bound for) this place. */
    public Tensors(String place, Map<String, ? extends Tensor> byName) {
        this.place = place;
        this.byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /** Where they come from: the path that the user wrote. */
    public String place() {
        return place;
    }

    /** The names, in the order of the file. */
    public Set<String> names() {
        return byName.keySet();
    }

    /** All of them, in the order of the file; cannot be modified. */
    public Map<String, Tensor> asMap() {
        return byName;
    }

    /**
     * The tensor of this name.
     *
     * @throws UserException if there is none
     */
    public Tensor get(String name) {
        Tensor tensor = byName.get(name);
        if (tensor == null) {
            throw new UserException(
                    place + ": no tensor '" + name + "'; " + has() + ", so check that the file fits the model");
        }
        return tensor;
    }

    /**
     * The floating tensor of this name.
     *
     * @throws UserException if there is none, or it holds integers
     */
    public DenseTensor dense(String name) {
        if (get(name) instanceof DenseTensor dense) {
            return dense;
        }
        throw new UserException(place + ": tensor '" + name + "' holds integers; write it as F64 or F32");
    }

    /**
     * The floating tensor of this name, which must have this shape.
     *
     * @throws UserException if there is none, it holds integers, or has another shape
     */
    public DenseTensor dense(String name, long... extents) {
        DenseTensor dense = dense(name);
        Shape expected = Shape.of(extents);
        if (!dense.shape().equals(expected)) {
            throw new UserException(place + ": tensor '" + name + "' is " + dense.shape() + " but should be " + expected
                    + "; use a file that was written for this model");
        }
        return dense;
    }

    /**
     * The single integer in the tensor of this name, of shape {@code [1]} or {@code []}.
     *
     * @throws UserException if there is none, or it is anything else
     */
    public long count(String name) {
        if (get(name) instanceof IntegerTensor integers && integers.values().length == 1) {
            return integers.values()[0];
        }
        throw new UserException(
                place + ": tensor '" + name + "' is " + get(name) + " but should be one integer; write it as I64 [1]");
    }

    private String has() {
        if (byName.isEmpty()) {
            return "the file has none";
        }
        String some = byName.keySet().stream().limit(NAMES_IN_ERRORS).collect(Collectors.joining(", "));
        return "the file has " + some + (byName.size() > NAMES_IN_ERRORS ? ", …" : "");
    }
}
