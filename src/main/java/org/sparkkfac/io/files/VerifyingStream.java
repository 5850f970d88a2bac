package org.sparkkfac.io.files;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;

/** Hashes what is read from another stream, and also what is skipped, which {@link DigestInputStream} leaves out. */
public final class VerifyingStream extends DigestInputStream {
    private final byte[] skipped = new byte[1 << 16];

    /** Begins to hash; closing it closes the other stream. */
    public VerifyingStream(InputStream in) {
        super(in, DigestingStream.sha256());
    }

    @Override
    public long skip(long count) throws IOException {
        int read = read(skipped, 0, (int) Math.min(Math.max(count, 0), skipped.length));
        return Math.max(read, 0);
    }

    /** SHA-256 of what has passed, in lower-case hexadecimal digits; begins anew. */
    public String sha256() {
        return DigestingStream.hex(getMessageDigest());
    }
}
