package org.sparkkfac.linalg;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sparkkfac.UserException;

/** A name of layers in which {@code *} stands for any characters and {@code ?} for one. */
public record LayerGlob(String text) {
    /** Whether a layer has such a name. */
    public boolean matches(String layer) {
        String pattern = text.chars()
                .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf((char) c)))
                .collect(Collectors.joining());
        return layer.matches(pattern);
    }

    /**
     * The layers with such a name, in order.
     *
     * @throws UserException if there are none
     */
    public List<LayerShape> select(List<LayerShape> layers) {
        List<LayerShape> selected =
                layers.stream().filter(layer -> matches(layer.name())).toList();
        if (selected.isEmpty()) {
            throw new UserException("no layer is called '" + text + "'; there are "
                    + layers.stream().map(LayerShape::name).collect(Collectors.joining(", ")));
        }
        return selected;
    }

    @Override
    public String toString() {
        return text;
    }
}
