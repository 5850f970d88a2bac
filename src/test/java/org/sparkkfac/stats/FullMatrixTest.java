package org.sparkkfac.stats;

final class FullMatrixTest extends StatisticContractTest {
    FullMatrixTest() {
        super(StatisticKind.FULL);
    }
}
