package org.sparkkfac;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Stream;

/** Which room may use which, and what none may do. A rule is a function of the root package, so that it can be tried. */
enum ArchitectureRule {
    ARROWS_ARE_KEPT("linalg.UsesNn", ArchitectureRule::arrows),

    EVERY_CLASS_IS_IN_A_ROOM(
            "attic.Stray",
            root -> classes()
                    .should()
                    .resideInAnyPackage(Stream.concat(Stream.of(root), Stream.of(in(root, allRooms())))
                            .toArray(String[]::new))),

    THE_ROOT_USES_NO_ROOM(
            "RootUsesNn",
            root -> noClasses()
                    .that()
                    .resideInAPackage(root)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(in(root, allRooms()))),

    NO_CYCLES(
            "nn.UsesLinalg", root -> slices().matching(root + ".(*)..").should().beFreeOfCycles()),

    ROWS_AND_AGGREGATE_USE_NOTHING_ELSE_OF_SPARK(
            "spark.rows.UsesPasses",
            root -> noClasses()
                    .that()
                    .resideInAnyPackage(in(root, List.of("spark.rows", "spark.aggregate")))
                    .should(ArchConditions.dependOnClassesThat(resideInAPackage(root + ".spark..")
                            .and(not(resideInAnyPackage(in(root, List.of("spark.rows", "spark.aggregate")))))))),

    ROWS_AND_AGGREGATE_DO_NOT_KNOW_EACH_OTHER(
            "spark.rows.UsesAggregate",
            root -> slices().matching(root + ".spark.(rows|aggregate)..")
                    .should()
                    .notDependOnEachOther()),

    SMALLER_ROOMS_OF_IO_DO_NOT_KNOW_IT("io.files.UsesArtefact", root -> inwards(root + ".io", "files", "tensors")),

    SMALLER_ROOMS_OF_CLI_DO_NOT_KNOW_IT(
            "cli.console.UsesCommand",
            root -> inwards(root + ".cli", "command", "config", "console", "failure", "options", "plan", "text")),

    SMALLER_ROOMS_OF_TRAIN_DO_NOT_KNOW_IT(
            "train.state.UsesLoop", root -> inwards(root + ".train", "state", "acceptance", "optimiser")),

    SMALLER_ROOMS_HAVE_NO_CYCLES(
            "io.tensors.UsesFiles",
            root -> slices().matching(root + ".(*).(*)..").should().beFreeOfCycles()),

    SPARK_AND_SCALA_ONLY_IN_SPARK_AND_CLI(
            "stats.TouchesSpark", root -> only(root, List.of("spark", "cli"), "org.apache.spark..", "scala..")),

    HADOOP_ONLY_IN_IO_SPARK_AND_CLI(
            "stats.TouchesHadoop", root -> only(root, List.of("io", "spark", "cli"), "org.apache.hadoop..")),

    IO_SEES_ONLY_FILE_SYSTEMS_OF_HADOOP(
            "io.TouchesMapReduce",
            root -> noClasses()
                    .that()
                    .resideInAPackage(root + ".io..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("org.apache.hadoop..")
                            .and(not(resideInAnyPackage("org.apache.hadoop.fs..", "org.apache.hadoop.conf.."))))),

    BLAS_ONLY_IN_LINALG(
            "stats.TouchesNetlib",
            root -> only(
                    root, List.of("linalg"), "breeze..", "dev.ludovic.netlib..", "org.netlib..", "org.bytedeco..")),

    ONLY_CLI_PRINTS_OR_EXITS(
            "nn.Misbehaves.print",
            root -> noClasses()
                    .that(inNone(root, List.of("cli")))
                    .should()
                    .accessField(System.class, "out")
                    .orShould()
                    .accessField(System.class, "err")
                    .orShould()
                    .callMethod(System.class, "exit", int.class)
                    .orShould()
                    .callMethod(Runtime.class, "exit", int.class)
                    .orShould()
                    .callMethod(Runtime.class, "halt", int.class)
                    .orShould()
                    .callMethod(Throwable.class, "printStackTrace")),

    NO_MUTABLE_STATIC_BUT_THE_CHOSEN_BLAS(
            "nn.Misbehaves.calls",
            root -> fields().that()
                    .areStatic()
                    .and()
                    .areDeclaredInClassesThat(
                            resideOutsideOfPackages(root + ".linalg").or(not(JavaClass.Predicates.simpleName("Blas"))))
                    .should()
                    .beFinal()),

    NO_STATIC_HOLDERS(
            "nn.Misbehaves.HOLDER",
            root -> noFields()
                    .that()
                    .areStatic()
                    .should()
                    .haveRawType(resideInAPackage("java.util.concurrent.atomic..")
                            .or(assignableTo(ConcurrentMap.class))
                            .or(assignableTo(ThreadLocal.class)))),

    NO_UNSEEDED_RANDOMNESS(
            "nn.Misbehaves.draw",
            root -> noClasses()
                    .should()
                    .dependOnClassesThat()
                    .belongToAnyOf(Random.class, SplittableRandom.class, SecureRandom.class, ThreadLocalRandom.class)
                    .orShould()
                    .callMethod(Math.class, "random")
                    .orShould()
                    .callMethod(StrictMath.class, "random")
                    .orShould()
                    .callMethod(Collections.class, "shuffle", List.class));

    /** A room and the rooms that it may use; {@code cli} may use all. */
    private static final Map<String, List<String>> ARROWS = new TreeMap<>(Map.ofEntries(
            Map.entry(
                    "spark",
                    List.of(
                            "train",
                            "influence",
                            "analysis",
                            "precondition",
                            "curvature",
                            "stats",
                            "nn",
                            "io",
                            "report",
                            "linalg")),
            Map.entry("report", List.of("train", "influence", "analysis", "precondition", "curvature", "stats", "nn")),
            Map.entry("train", List.of("precondition", "curvature", "stats", "nn", "linalg")),
            Map.entry("influence", List.of("precondition", "stats", "nn", "linalg")),
            Map.entry("analysis", List.of("precondition", "curvature", "stats", "nn", "linalg")),
            Map.entry("precondition", List.of("curvature", "linalg")),
            Map.entry("curvature", List.of("stats", "linalg")),
            Map.entry("stats", List.of("nn", "linalg")),
            Map.entry("nn", List.of("linalg")),
            Map.entry("io", List.of("train", "stats", "nn", "curvature", "precondition", "linalg")),
            Map.entry("linalg", List.of())));

    private final String breaker;
    private final Function<String, ArchRule> rule;

    ArchitectureRule(String breaker, Function<String, ArchRule> rule) {
        this.breaker = breaker;
        this.rule = rule;
    }

    /** The class, or its member, among the fixtures that breaks this rule. */
    String breaker() {
        return breaker;
    }

    /** This rule for the rooms under a root package. A room that is still empty keeps every rule. */
    ArchRule under(String root) {
        return rule.apply(root).allowEmptyShould(true);
    }

    private static ArchRule arrows(String root) {
        LayeredArchitecture rooms = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String room : allRooms()) {
            rooms = rooms.optionalLayer(room).definedBy(root + "." + room + "..");
        }
        for (Map.Entry<String, List<String>> arrow : ARROWS.entrySet()) {
            String[] targets = arrow.getValue().toArray(String[]::new);
            rooms = targets.length == 0
                    ? rooms.whereLayer(arrow.getKey()).mayNotAccessAnyLayer()
                    : rooms.whereLayer(arrow.getKey()).mayOnlyAccessLayers(targets);
        }
        return rooms;
    }

    /** Classes of smaller rooms use no class that lies in the larger room itself. */
    private static ArchRule inwards(String larger, String... smaller) {
        return noClasses()
                .that()
                .resideInAnyPackage(in(larger, List.of(smaller)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(larger);
    }

    private static ArchRule only(String root, List<String> rooms, String... packages) {
        return noClasses()
                .that(inNone(root, rooms))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages);
    }

    private static DescribedPredicate<JavaClass> inNone(String root, List<String> rooms) {
        return resideOutsideOfPackages(in(root, rooms));
    }

    private static List<String> allRooms() {
        return Stream.concat(Stream.of("cli"), ARROWS.keySet().stream()).toList();
    }

    private static String[] in(String root, List<String> rooms) {
        return rooms.stream().map(room -> root + "." + room + "..").toArray(String[]::new);
    }
}
