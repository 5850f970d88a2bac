package org.sparkkfac.cli.options;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.Blas;
import picocli.CommandLine.Option;

/** {@code --require-native}, for the commands that compute. */
public final class NativeOption {
    private static final Logger LOG = LoggerFactory.getLogger(NativeOption.class);

    @Option(
            names = "--require-native",
            description =
                    "Stop if no native BLAS can be loaded, rather than compute five to twenty times slower in Java.")
    private boolean requireNative;

    /** Chooses the BLAS of this process, says which it is, and stops if it must be native and is not. */
    public Blas choose(Blas.Choice choice) {
        Blas blas = Blas.choose(choice);
        String warning = blas.warning();
        if (requireNative && !blas.isNative()) {
            throw new UserException("--require-native: no native BLAS here"
                    + (warning == null ? " with blas = java" : ": " + warning)
                    + "; see 'kfac info', or leave --require-native out");
        }
        if (warning != null) {
            LOG.warn("BLAS: {}; computing in Java, five to twenty times slower", warning);
        }
        LOG.info("BLAS: {}", blas);
        return blas;
    }
}
