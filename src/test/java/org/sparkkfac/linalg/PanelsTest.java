package org.sparkkfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkkfac.testing.Cases;
import org.sparkkfac.testing.Near;

/** Products in panels, and the work that threads share. */
final class PanelsTest {
    private static final int[] THREADS = {1, 2, 5};

    @ParameterizedTest
    @ValueSource(ints = {0, 1, Panels.WIDTH - 1, Panels.WIDTH, Panels.WIDTH + 1, 3 * Panels.WIDTH + 7})
    void aProductIsThatOfOneCallAndHasTheSameBitsOnAnyThreads(int columns) {
        Cases random = Cases.one();
        DoubleMatrix a = random.matrix(19, 23);
        DoubleMatrix b = random.matrix(23, columns);
        for (boolean transposeA : new boolean[] {false, true}) {
            for (boolean transposeB : new boolean[] {false, true}) {
                DoubleMatrix left = transposeA ? a.transpose() : a;
                DoubleMatrix right = transposeB ? b.transpose() : b;
                DoubleMatrix one = Panels.product(left, transposeA, right, transposeB, 1);
                Near.assertNear("A·B", one, a.times(b), 1e-14);
                for (int threads : THREADS) {
                    DoubleMatrix several = Panels.product(left, transposeA, right, transposeB, threads);
                    Near.assertSameBits(threads + " threads", several, one);
                }
            }
        }
    }

    @Test
    void aPanelInAnotherPlaceWouldShow() {
        Cases random = Cases.one();
        DoubleMatrix a = random.matrix(5, 5);
        DoubleMatrix b = random.matrix(5, 2 * Panels.WIDTH);
        DoubleMatrix swapped = DoubleMatrix.zeros(5, 2 * Panels.WIDTH);
        DoubleMatrix product = Panels.product(a, false, b, false, 2);
        swapped.view(0, 5, 0, Panels.WIDTH).copyFrom(product.view(0, 5, Panels.WIDTH, Panels.WIDTH));
        swapped.view(0, 5, Panels.WIDTH, Panels.WIDTH).copyFrom(product.view(0, 5, 0, Panels.WIDTH));
        Near.assertFar("panels that are swapped", swapped, a.times(b));
    }

    @Test
    void everyPieceIsDoneOnce() {
        for (int threads : THREADS) {
            for (int pieces : new int[] {0, 1, 2, 1000}) {
                AtomicIntegerArray done = new AtomicIntegerArray(pieces);
                ParallelWork.run(pieces, threads, done::incrementAndGet);
                for (int piece = 0; piece < pieces; piece++) {
                    assertThat(done.get(piece)).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void whatAPieceThrowsReachesTheCaller() {
        for (int threads : THREADS) {
            for (int bad : new int[] {0, 57, 99}) {
                assertThatThrownBy(() -> ParallelWork.run(100, threads, piece -> {
                            if (piece == bad) {
                                throw new IllegalStateException("piece " + piece);
                            }
                        }))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("piece " + bad);
            }
        }
    }
}
