package org.sparkkfac.spark.ml;

import org.apache.spark.ml.util.Identifiable$;

/** What a stage has before anything is set. */
final class Defaults {
    private Defaults() {}

    /** Sets the defaults; step size and damping have none, since good ones depend on the optimiser. */
    static void set(KfacParams stage) {
        stage.setDefault(stage.layers(), new int[] {64});
        stage.setDefault(stage.activation(), "tanh");
        stage.setDefault(stage.optimizer(), OptimiserChoice.KFAC.toString());
        stage.setDefault(stage.mode(), "adaptive");
        stage.setDefault(stage.maxIter(), 100);
        stage.setDefault(stage.momentum(), 0.9);
        stage.setDefault(stage.regParam(), 1e-5);
        stage.setDefault(stage.tol(), 1e-6);
        stage.setDefault(stage.batchSize(), 0L);
        stage.setDefault(stage.blockSize(), 1024);
        stage.setDefault(stage.seed(), 0L);
    }

    static String newUid(String prefix) {
        return Identifiable$.MODULE$.randomUID(prefix);
    }
}
