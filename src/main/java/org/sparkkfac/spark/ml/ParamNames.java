package org.sparkkfac.spark.ml;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.Component;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;

/** Refusals of the library with the names that a pipeline has for their components, and for what mends them. */
final class ParamNames {
    private ParamNames() {}

    static UserException of(UserException e) {
        String place = e.at().map(at -> Objects.requireNonNullElse(param(at), at.toString()) + ": ")
                .orElse("");
        String mends = names(e.mends());
        return mends.isEmpty() && place.isEmpty() ? e : new UserException(place + e.problem() + mends, e);
    }

    static NumericalException of(NumericalException e) {
        String mends = names(e.mends());
        return mends.isEmpty() ? e : new NumericalException(e.getMessage() + mends, e);
    }

    private static String names(List<Component> mends) {
        String names = mends.stream()
                .flatMap(mend -> Optional.ofNullable(param(mend)).stream())
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : " (" + names + ")";
    }

    private static @Nullable String param(Component component) {
        return switch (component) {
            case FEATURES -> "featuresCol";
            case LABEL -> "labelCol";
            case WEIGHT -> "weightCol";
            case BLOCK_ROWS -> "blockSize";
            case OPTIMISER -> "optimizer";
            case DAMPING -> "damping";
            case DECAY -> "regParam";
            case LEARNING_RATE -> "stepSize";
            case BAD_ROWS, DATA_WHERE -> "na().drop(), where(), or handleInvalid = skip of the stage before";
            case DATA_OPTIONS -> "options of the reader";
            default -> null;
        };
    }
}
