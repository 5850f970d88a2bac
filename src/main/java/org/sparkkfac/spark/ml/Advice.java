package org.sparkkfac.spark.ml;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;

/** Errors of the library in the words of Spark ML: what and where stay, how to mend it names what a pipeline has. */
final class Advice {
    /** The library's errors name keys of its configuration file, which no stage has; longer texts come first. */
    private static final Map<String, String> WORDS = new LinkedHashMap<>();

    static {
        WORDS.put(
                "leave bad rows out with data.bad-rows = skip",
                "leave such rows out with na().drop() or where(), or with handleInvalid = skip of VectorAssembler");
        WORDS.put("; data.bad-rows = skip cannot get past it", "");
        WORDS.put("data.pipeline or data.where cannot take it", "an earlier stage or expression cannot take it");
        WORDS.put(
                "leave such rows out with data.where, or fit the pipeline with handleInvalid = skip or keep",
                "leave such rows out with where(), or give that stage handleInvalid = skip or keep");
        WORDS.put("data.options.mode", "the reader's option mode");
        WORDS.put("the dataset is empty; check data.path and its files", "the dataset is empty");
        WORDS.put("check the columns that data names", "check featuresCol, labelCol and weightCol");
        WORDS.put(
                "scale the features, lower the learning rate, start from smaller weights, or look at data.weight and"
                        + " train.decay",
                FitResult.ADVICE);
        WORDS.put("lower the learning rate", "lower the param stepSize");
    }

    private Advice() {}

    static RuntimeException of(UserException e) {
        String text = inWordsOfSpark(e);
        return text.equals(e.getMessage()) ? e : new UserException(text, e);
    }

    static RuntimeException of(NumericalException e) {
        String text = inWordsOfSpark(e);
        if (text.equals(e.getMessage())) {
            return e;
        }
        NumericalException other = new NumericalException(text);
        other.initCause(e);
        return other;
    }

    private static String inWordsOfSpark(RuntimeException e) {
        String text = String.valueOf(e.getMessage());
        for (Map.Entry<String, String> word : WORDS.entrySet()) {
            text = text.replace(word.getKey(), word.getValue());
        }
        return text;
    }
}
