package io.jenkins.plugins.llmos;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the rooms, and what may not be in which. */
@AnalyzeClasses(packages = "io.jenkins.plugins.llmos", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_ENGINE_KNOWS_NO_HOST = noClasses()
            .that()
            .resideInAPackage("..llmos.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..llmos.runner..", "..llmos.plugin..");

    @ArchTest
    static final ArchRule THE_RUNNER_KNOWS_THE_ENGINE_ALONE = noClasses()
            .that()
            .resideInAPackage("..llmos.runner..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..llmos.plugin..");

    @ArchTest
    static final ArchRule THE_PLUGIN_KNOWS_THE_ENGINE_ALONE = noClasses()
            .that()
            .resideInAPackage("..llmos.plugin..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..llmos.runner..");

    @ArchTest
    static final ArchRule ONLY_THE_PLUGIN_KNOWS_JENKINS = noClasses()
            .that()
            .resideInAnyPackage("..llmos.engine..", "..llmos.runner..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("hudson..", "jenkins..", "org.jenkinsci..", "org.kohsuke..");

    @ArchTest
    static final ArchRule ONLY_THE_RUNNER_KNOWS_GROOVY_AND_THE_COMMAND_LINE = noClasses()
            .that()
            .resideInAPackage("..llmos.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("groovy..", "org.codehaus.groovy..", "picocli..");

    /** The trainer is a process of its own, so it has a console of its own. */
    @ArchTest
    static final ArchRule THE_ENGINE_IS_SILENT = noClasses()
            .that()
            .resideInAPackage("..llmos.engine..")
            .and()
            .doNotHaveSimpleName("TrainerMain")
            .should()
            .accessFieldWhere(target(owner(JavaClass.Predicates.type(System.class)))
                    .and(target(name("out")).or(target(name("err")))));

    @ArchTest
    static final ArchRule THE_INTERPRETER_KNOWS_NO_COMMANDS = noClasses()
            .that()
            .resideInAPackage("..llmos.runner.pipeline..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.jenkins.plugins.llmos.runner");

    @ArchTest
    static final ArchRule ROOMS_HAVE_NO_CIRCLES =
            slices().matching("io.jenkins.plugins.llmos.(*)..").should().beFreeOfCycles();
}
