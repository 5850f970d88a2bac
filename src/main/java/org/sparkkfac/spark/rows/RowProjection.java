package org.sparkkfac.spark.rows;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.CalendarIntervalType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkkfac.Component;
import org.sparkkfac.UserException;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Brings whatever columns a dataset has to one form: features and label as arrays of doubles or as vectors, weight as a
 * double, id as a long, and the id as text where the long is only its hash.
 *
 * <p>A value that does not become a number becomes null, which the row check then refuses with its place.
 */
public final class RowProjection {
    static final int FEATURES = 0;
    static final int LABEL = 1;
    static final int WEIGHT = 2;
    static final int ID = 3;
    static final int ID_TEXT = 4;

    /** The columns of the source, as a struct, in {@link #projectWithSource}. */
    public static final int SOURCE = 5;

    private static final String FEATURES_ROLE = "features";
    private static final String LABEL_ROLE = "label";

    /**
     * The names by which messages call values.
     *
     * @param features the feature columns
     * @param label the label columns; of no names without labels
     * @param weight the weight column, or empty
     * @param id the id column, or empty
     * @param textId whether the id is text
     * @param filtered whether rows of the source are missing, so that positions are not those in a file
     */
    public record Names(
            NumberColumns features, NumberColumns label, String weight, String id, boolean textId, boolean filtered)
            implements Serializable {}

    private final Dataset<Row> dataset;
    private final Columns columns;
    private final Map<String, Field> fields;

    /** A named column: how expressions spell it, and its type. */
    private record Field(String spelling, DataType type) {
        Column column() {
            return col(spelling);
        }
    }

    public RowProjection(Dataset<Row> dataset, Columns columns) {
        this.dataset = dataset;
        this.columns = columns;
        this.fields = fields();
    }

    /** All columns are looked up together: Spark analyses the whole plan each time, which thousands of columns make long. */
    private Map<String, Field> fields() {
        Set<String> names = new LinkedHashSet<>(columns.features());
        names.addAll(columns.label());
        columns.weight().ifPresent(names::add);
        columns.id().ifPresent(names::add);
        Set<String> there = Set.copyOf(Arrays.asList(dataset.columns()));
        Map<String, Field> found = new LinkedHashMap<>();
        try {
            List<String> spellings =
                    names.stream().map(name -> spelling(name, there)).toList();
            StructField[] types = dataset.select(
                            spellings.stream().map(spelling -> col(spelling)).toArray(Column[]::new))
                    .schema()
                    .fields();
            for (String name : names) {
                found.put(name, new Field(spellings.get(found.size()), types[found.size()].dataType()));
            }
            return found;
        } catch (Exception e) { // Spark, written in Scala, throws checked exceptions that it does not declare
            throw missing(names, there, e);
        }
    }

    /** The rows in the one form; nothing is computed yet. */
    public Dataset<Row> project() {
        return dataset.select(columns());
    }

    /** The same with these columns as they are, or as JSON text where no Parquet file can hold them. */
    public Dataset<Row> projectWithSource(List<String> names) {
        StructType schema = dataset.schema();
        Column[] source = names.stream()
                .map(name -> writable(name, schema.apply(name).dataType()))
                .toArray(Column[]::new);
        Column[] all = Arrays.copyOf(columns(), SOURCE + 1);
        all[SOURCE] = struct(source).as("source");
        return dataset.select(all);
    }

    private static Column writable(String name, DataType type) {
        Column column = col(spelling(name, Set.of(name)));
        return (isWritable(type) ? column : to_json(struct(column))).as(name);
    }

    private static boolean isWritable(DataType type) {
        if (type instanceof StructType struct) {
            return struct.size() > 0 && Arrays.stream(struct.fields()).allMatch(field -> isWritable(field.dataType()));
        }
        if (type instanceof MapType map) {
            return isWritable(map.keyType()) && isWritable(map.valueType());
        }
        if (type instanceof ArrayType array) {
            return isWritable(array.elementType());
        }
        return !(type instanceof NullType || type instanceof CalendarIntervalType);
    }

    private Column[] columns() {
        Column label =
                columns.label().isEmpty() ? lit(null).cast("array<double>") : numbers(LABEL_ROLE, columns.label());
        Column weight = columns.weight().map(name -> number("weight", name)).orElse(lit(1.0));
        Optional<Column> id = columns.id().map(name -> field(name).column());
        boolean text = textId();
        return new Column[] {
            numbers(FEATURES_ROLE, columns.features()).as("features"),
            label.as("label"),
            weight.as("weight"),
            id.map(column -> text ? when(column.isNotNull(), xxhash64(column)) : column.cast("long"))
                    .orElse(lit(null).cast("long"))
                    .as("id"),
            (text ? id.orElseThrow() : lit(null).cast("string")).as("id_text")
        };
    }

    /** How messages call the values. */
    public Names names() {
        return new Names(
                new NumberColumns(FEATURES, columns.features(), isVector(columns.features())),
                new NumberColumns(LABEL, columns.label(), isVector(columns.label())),
                columns.weight().orElse(""),
                columns.id().orElse(""),
                textId(),
                PlannedRows.filtered(dataset));
    }

    private boolean textId() {
        if (columns.id().isEmpty()) {
            return false;
        }
        DataType type = field(columns.id().get()).type();
        if (type instanceof StringType) {
            return true;
        }
        if (type instanceof LongType
                || type instanceof IntegerType
                || type instanceof ShortType
                || type instanceof ByteType) {
            return false;
        }
        throw new UserException(
                "id column '" + columns.id().get() + "' is " + type.simpleString()
                        + "; an id must be a whole number or a string",
                Component.ID);
    }

    private Field field(String name) {
        return Objects.requireNonNull(fields.get(name));
    }

    private Column numbers(String role, List<String> names) {
        if (names.size() > 1) {
            return array(names.stream().map(name -> number(role, name)).toArray(Column[]::new));
        }
        String name = names.get(0);
        DataType type = field(name).type();
        if (isVector(names)) {
            return field(name)
                    .column(); // which NumberColumns reads: Spark's vector_to_array makes an object of every vector
        }
        if (type instanceof ArrayType elements && elements.elementType() instanceof NumericType) {
            return field(name).column().cast("array<double>");
        }
        return array(number(role, name));
    }

    private Column number(String role, String name) {
        DataType type = field(name).type();
        if (type instanceof NumericType || type instanceof BooleanType) {
            return field(name).column().cast("double");
        }
        if (type instanceof StringType) {
            // Text sources without a schema; what is no number becomes null, and the row check says where.
            return expr("try_cast(" + field(name).spelling() + " as double)");
        }
        boolean mayBeArray = (role.equals(FEATURES_ROLE) && columns.features().size() == 1)
                || (role.equals(LABEL_ROLE) && columns.label().size() == 1);
        throw new UserException(
                role + " column '" + name + "' is " + type.simpleString() + "; it must be numeric"
                        + (mayBeArray ? ", a vector or an array of numbers" : ""),
                component(name));
    }

    /**
     * The name as Spark's expressions want it. A column of this very name wins; otherwise it may be a field of a struct
     * ({@code a.b}) or be in backticks already.
     */
    private static String spelling(String name, Set<String> there) {
        List<String> parts = there.contains(name)
                ? List.of(name)
                : CollectionConverters.asJava(UnresolvedAttribute.parseAttributeName(name));
        return parts.stream().map(part -> "`" + part.replace("`", "``") + "`").collect(Collectors.joining("."));
    }

    /** The refusal of the first column that is not there, or Spark's own refusal of the plan. */
    private RuntimeException missing(Set<String> names, Set<String> there, Exception cause) {
        for (String name : names) {
            try {
                dataset.col(spelling(name, there));
            } catch (Exception e) { // as above
                return missing(name, e);
            }
        }
        return SourceFailures.rethrown(cause);
    }

    private UserException missing(String name, Exception cause) {
        String[] there = dataset.columns();
        if (Arrays.stream(there).filter(name::equalsIgnoreCase).count() > 1) {
            return new UserException(
                    "column '" + name + "' is in the data more than once: " + Arrays.toString(there) + "; rename one",
                    cause,
                    component(name));
        }
        boolean headless = there.length > 0 && there[0].equals("_c0");
        return new UserException(
                "column '" + name + "' is not in the data, which has " + Arrays.toString(there) + "; "
                        + (headless
                                ? "if the files have a header, give their reader the option header = true"
                                : "check its name"),
                cause,
                headless ? Component.DATA_OPTIONS : component(name));
    }

    /** What names a column. */
    private Component component(String name) {
        if (columns.features().contains(name)) {
            return Component.FEATURES;
        }
        if (columns.label().contains(name)) {
            return Component.LABEL;
        }
        return columns.weight().filter(name::equals).isPresent() ? Component.WEIGHT : Component.ID;
    }

    private boolean isVector(List<String> names) {
        if (names.size() != 1) {
            return false;
        }
        String name = field(names.get(0)).type().getClass().getName();
        return name.equals("org.apache.spark.ml.linalg.VectorUDT")
                || name.equals("org.apache.spark.mllib.linalg.VectorUDT");
    }
}
