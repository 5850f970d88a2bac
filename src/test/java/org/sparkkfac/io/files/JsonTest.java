package org.sparkkfac.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.sparkkfac.NumericalException;
import org.sparkkfac.UserException;

class JsonTest {
    @Test
    void keysKeepTheirOrderAndTheLayoutIsFixed() {
        ObjectNode json = Json.object().put("z", 1).put("a", 2.0E-3);
        json.putArray("layers").addObject().put("name", "hidden");
        json.putObject("none");
        assertThat(Json.pretty(json)).isEqualTo("""
                        {
                          "z": 1,
                          "a": 0.002,
                          "layers": [ {
                            "name": "hidden"
                          } ],
                          "none": { }
                        }
                        """);
    }

    @Test
    void decimalsAreTheShortestThatReadBackOnEveryJdk() {
        // Double.toString before JDK 19 writes 2.0E-3 as 0.0020 and 2^-44 with a digit too many.
        assertThat(Json.pretty(Json.object().put("x", 0x1p-44))).contains("5.684341886080802E-14");
    }

    @Test
    void numbersThatAreNotFiniteAreRefusedByName() {
        ObjectNode json = Json.object();
        json.putArray("losses").add(1.0).addObject().put("mean", Double.NaN);
        assertThatExceptionOfType(NumericalException.class)
                .isThrownBy(() -> Json.pretty(json))
                .withMessageContaining("'losses/1/mean' is NaN");
    }

    @Test
    void textThatIsNotOneStrictObjectIsRefusedWithItsPlace() {
        for (String text : new String[] {"", "{", "[]", "{\"a\":1,\"a\":2}", "{} {}", "{'a':1}", "{\"a\":NaN}"}) {
            assertThatExceptionOfType(UserException.class)
                    .as(text)
                    .isThrownBy(() -> Json.parseObject(text.getBytes(StandardCharsets.UTF_8), "m.json"))
                    .withMessageStartingWith("m.json: ");
        }
    }
}
