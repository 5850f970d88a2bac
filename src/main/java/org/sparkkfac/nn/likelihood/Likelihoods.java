package org.sparkkfac.nn.likelihood;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.sparkkfac.UserException;

/** The likelihoods that {@code model.json} can name. A new one is a file in this package and a line here. */
public final class Likelihoods {
    private static final Map<String, Function<Map<String, Double>, Likelihood>> FACTORIES = new LinkedHashMap<>();

    static {
        FACTORIES.put("softmax", constants -> new Softmax());
        FACTORIES.put("sigmoid", constants -> new Bernoulli());
        FACTORIES.put("gaussian", constants -> new Gaussian(constants.getOrDefault("variance", 1.0)));
        FACTORIES.put("poisson", constants -> new Poisson());
        FACTORIES.put(
                NegativeBinomial.TYPE, constants -> new NegativeBinomial(constants.getOrDefault("dispersion", 1.0)));
    }

    private Likelihoods() {}

    /** The names that {@link #create} knows. */
    public static Set<String> names() {
        return FACTORIES.keySet();
    }

    /** The names of those for labels that are one number and no class. */
    public static List<String> namesOfNumbers() {
        return names().stream()
                .filter(name -> create(name, Map.of()).classes(1).isEmpty())
                .toList();
    }

    /**
     * Makes a likelihood from its name and constants.
     *
     * @throws UserException if the name is not known or the likelihood does not have one of the constants
     */
    public static Likelihood create(String type, Map<String, Double> constants) {
        Function<Map<String, Double>, Likelihood> factory = FACTORIES.get(type);
        if (factory == null) {
            throw new UserException("unknown likelihood '" + type + "'; choose one of " + String.join(", ", names()));
        }
        Likelihood likelihood = factory.apply(constants);
        for (String name : constants.keySet()) {
            if (!likelihood.parameters().containsKey(name)) {
                throw new UserException("likelihood '" + type + "' has no constant '" + name + "'; it has "
                        + (likelihood.parameters().isEmpty()
                                ? "none"
                                : likelihood.parameters().keySet()));
            }
        }
        return likelihood;
    }
}
