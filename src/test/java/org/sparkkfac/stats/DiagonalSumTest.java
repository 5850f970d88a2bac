package org.sparkkfac.stats;

final class DiagonalSumTest extends StatisticContractTest {
    DiagonalSumTest() {
        super(StatisticKind.DIAGONAL);
    }
}
