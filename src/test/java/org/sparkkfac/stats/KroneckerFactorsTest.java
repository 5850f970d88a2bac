package org.sparkkfac.stats;

final class KroneckerFactorsTest extends StatisticContractTest {
    KroneckerFactorsTest() {
        super(StatisticKind.KRONECKER);
    }
}
