package org.sparkkfac.cli.command;

import org.sparkkfac.spark.Software;
import picocli.CommandLine.IVersionProvider;

/** What {@code kfac --version} prints: this library, Java and Spark. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "spark-kfac " + Software.library() + " (Java " + System.getProperty("java.version") + ", Spark "
                    + Software.spark() + ")"
        };
    }
}
