package org.sparkkfac.spark;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Enumeration;
import java.util.Iterator;
import org.sparkkfac.NumericalException;
import org.sparkkfac.curvature.FisherBlocks;
import org.sparkkfac.linalg.Blas;
import org.sparkkfac.precondition.Damping;
import org.sparkkfac.precondition.DampingRule;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.precondition.Preconditioner;
import org.sparkkfac.spark.aggregate.ChunkedBytes;
import org.sparkkfac.spark.aggregate.GroupFold;
import org.sparkkfac.spark.aggregate.GroupResult;

/** One block in pieces → its inverse. The task that runs it is the only one of its job that computes. */
final class InvertBlock implements GroupFold<byte[]> {
    private static final long serialVersionUID = 1;

    /** Small enough that a task which carries one does not count, large enough that there are few. */
    private static final int PIECE = 4 << 20;

    private final String method;
    private final double damping;
    private final boolean isRelative;
    private final Blas.Choice blas;
    private final int threads;

    /**
     * The inversion of a block.
     *
     * @param threads of the BLAS, as many as the task has processors
     */
    InvertBlock(Method method, Damping damping, Blas.Choice blas, int threads) {
        this.method = method.name();
        this.damping = damping.value();
        this.isRelative = damping.isRelative();
        this.blas = blas;
        this.threads = threads;
    }

    /** The pieces of a block, in order. */
    static byte[][] pieces(FisherBlocks blocks, int index) {
        ChunkedBytes bytes = new ChunkedBytes(PIECE);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            blocks.write(index, out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.chunks();
    }

    @Override
    public GroupResult fold(int group, Iterator<byte[]> pieces) {
        Method known = Method.valueOf(method);
        FisherBlocks block = read(known, pieces);
        DampingRule rule = DampingRule.of(new Damping(damping, isRelative));
        Blas chosen = Blas.choose(blas);
        try {
            return InverseTotals.result(
                    threads == 1 // in a process of several tasks the setting is left alone
                            ? Preconditioner.invert(block, 0, known, rule)
                            : chosen.withThreads(threads, () -> Preconditioner.invert(block, 0, known, rule)));
        } catch (NumericalException e) {
            return InverseTotals.result(e);
        }
    }

    @SuppressWarnings("JdkObsolete") // SequenceInputStream takes nothing else
    private static FisherBlocks read(Method method, Iterator<byte[]> pieces) {
        Enumeration<InputStream> streams = new Enumeration<>() {
            @Override
            public boolean hasMoreElements() {
                return pieces.hasNext();
            }

            @Override
            public InputStream nextElement() {
                return new ByteArrayInputStream(pieces.next());
            }
        };
        try (DataInputStream in = new DataInputStream(new SequenceInputStream(streams))) {
            return FisherBlocks.read(method.structure(), in);
        } catch (IOException e) {
            throw new IllegalStateException("the pieces of a block cannot be read", e);
        }
    }
}
