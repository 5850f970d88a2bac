package org.sparkkfac.stats;

final class DiagonalSumTest extends LayerStatisticContractTest {
    DiagonalSumTest() {
        super(StatisticKind.DIAGONAL);
    }
}
