package org.sparkkfac.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.sparkkfac.Component;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;

final class ParamNamesTest {
    @Test
    void placeAndMendsAreParams() {
        assertThat(ParamNames.of(UserException.at(Component.LABEL, "has no value; name another", Component.LABEL)))
                .hasMessage("labelCol: has no value; name another (labelCol)");
        assertThat(ParamNames.of(new NumericalException("it diverges", Component.LEARNING_RATE, Component.DECAY)))
                .hasMessage("it diverges (stepSize, regParam)");
    }

    @Test
    void whatNoPipelineHasStaysInWords() {
        assertThat(ParamNames.of(UserException.at(Component.MASTER, "is unknown", Component.CHECKPOINT_PATH)))
                .hasMessage("Spark master: is unknown");
        UserException plain = new UserException("the dataset is empty", Component.CHECKPOINT_PATH);
        assertThat(ParamNames.of(plain)).isSameAs(plain);
    }

    @Test
    void everyNameIsThatOfAParamOrNoWordAtAll() {
        KfacClassifier stage = new KfacClassifier();
        Arrays.stream(Component.values())
                .map(component -> String.valueOf(
                        ParamNames.of(new UserException("x", component)).getMessage()))
                .filter(message -> message.matches("x \\(\\w+\\)"))
                .forEach(message -> assertThat(stage.hasParam(message.substring(3, message.length() - 1)))
                        .as(message)
                        .isTrue());
    }
}
