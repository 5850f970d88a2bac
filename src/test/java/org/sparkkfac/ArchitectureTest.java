package org.sparkkfac;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The code keeps every rule, and every rule can fail: the classes in {@code archfixtures}, laid out in rooms of their
 * own, each break some.
 */
final class ArchitectureTest {
    private static final String MAIN = "org.sparkkfac";
    private static final String FIXTURES = MAIN + ".archfixtures";

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages(MAIN);
    private static final JavaClasses BREAKERS = new ClassFileImporter().importPackages(FIXTURES);

    @ParameterizedTest
    @EnumSource
    void theCodeKeepsTheRule(ArchitectureRule rule) {
        assertThat(CODE.contain(UserException.class)).isTrue();
        rule.under(MAIN).check(CODE);
    }

    @ParameterizedTest
    @EnumSource
    void aFixtureBreaksTheRule(ArchitectureRule rule) {
        assertThat(rule.under(FIXTURES).evaluate(BREAKERS).getFailureReport().getDetails())
                .anySatisfy(violation -> assertThat(violation).contains(FIXTURES + "." + rule.breaker()));
    }
}
