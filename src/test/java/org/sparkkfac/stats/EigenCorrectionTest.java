package org.sparkkfac.stats;

import java.util.ArrayList;
import java.util.List;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.linalg.SymmetricEigen;
import org.sparkkfac.linalg.VectorEntries;
import org.sparkkfac.testing.Cases;

final class EigenCorrectionTest extends StatisticContractTest {
    EigenCorrectionTest() {
        super(StatisticKind.EIGEN_CORRECTED);
    }

    /** The same for the same shapes. */
    @Override
    List<EigenBasis> bases(List<LayerShape> layers) {
        Cases random = Cases.one();
        List<EigenBasis> bases = new ArrayList<>();
        for (LayerShape layer : layers) {
            SymmetricEigen a = SymmetricEigen.of(random.positiveDefinite(layer.columns()));
            SymmetricEigen g = SymmetricEigen.of(random.positiveDefinite(layer.out()));
            bases.add(new EigenBasis(
                    a.vectors(), new VectorEntries(a.values()), g.vectors(), new VectorEntries(g.values())));
        }
        return bases;
    }

    @Override
    boolean isSum(String name) {
        return name.equals(EigenCorrection.LAMBDA_MATRIX);
    }
}
