package org.sparkkfac.io.tensors;

import java.io.IOException;

/** Another source, written in single precision; the sink does the rounding. */
record Float32Source(TensorSource source) implements TensorSource {
    Float32Source {
        if (!source.dtype().isFloating()) {
            throw new IllegalArgumentException("a tensor of " + source.dtype() + " cannot be written as F32");
        }
    }

    @Override
    public Shape shape() {
        return source.shape();
    }

    @Override
    public Dtype dtype() {
        return Dtype.F32;
    }

    @Override
    public void writeTo(TensorSink sink) throws IOException {
        source.writeTo(sink);
    }
}
