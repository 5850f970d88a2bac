package org.sparkkfac.stats;

final class KroneckerFactorsTest extends LayerStatisticContractTest {
    KroneckerFactorsTest() {
        super(StatisticKind.KRONECKER);
    }
}
