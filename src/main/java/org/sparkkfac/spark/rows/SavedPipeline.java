package org.sparkkfac.spark.rows;

import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;

/**
 * A {@code PipelineModel} that somebody fitted and saved: what it did to the training data (scaling, indexing,
 * assembling) it does to these rows. Its stages work row by row, so files keep their order through it.
 */
record SavedPipeline(String path, PipelineModel model) {
    /** Loads it, by small Spark jobs. */
    static SavedPipeline load(String path) {
        try {
            return new SavedPipeline(path, PipelineModel.load(path));
        } catch (Exception e) { // Spark's own are checked, which Scala does not declare
            throw UserException.at(
                    Component.DATA_PIPELINE,
                    path + ": holds no PipelineModel that this Spark can load (" + SourceFailures.firstLine(e)
                            + "); give the directory that PipelineModel.save wrote",
                    e);
        }
    }

    Dataset<Row> apply(Dataset<Row> rows) {
        try {
            return model.transform(rows);
        } catch (Exception e) { // as above
            if (e instanceof AnalysisException || e instanceof IllegalArgumentException) {
                throw UserException.at(
                        Component.DATA_PIPELINE,
                        path + ": cannot be applied to these rows: " + SourceFailures.firstLine(e)
                                + "; check the columns of the data, or fit the pipeline to them",
                        e);
            }
            throw SourceFailures.rethrown(e);
        }
    }
}
