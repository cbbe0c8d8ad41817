package org.etcdevent;

import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rooms of the design and the arrows between them.
 */
class ArchitectureTests {

	private static final String ROOT = "org.etcdevent";

	private static final String TRANSPORT = ROOT + ".transport..";

	private static final String FEED = ROOT + ".feed..";

	private static final String BACKLOG = ROOT + ".backlog..";

	private static final String CORE = ROOT + ".core..";

	private static final String LISTENER = ROOT + ".listener..";

	private static final String ACTUATE = ROOT + ".actuate..";

	private static final String AUTOCONFIGURE = ROOT + ".autoconfigure..";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
		.importPackages(ROOT);

	@Test
	void roomsKnowOnlyWhatTheDesignLetsThem() {
		Architectures.layeredArchitecture()
			.consideringOnlyDependenciesInLayers()
			.withOptionalLayers(true)
			.layer("root")
			.definedBy(ROOT)
			.layer("transport")
			.definedBy(TRANSPORT)
			.layer("feed")
			.definedBy(FEED)
			.layer("backlog")
			.definedBy(BACKLOG)
			.layer("core")
			.definedBy(CORE)
			.layer("listener")
			.definedBy(LISTENER)
			.layer("actuate")
			.definedBy(ACTUATE)
			.layer("autoconfigure")
			.definedBy(AUTOCONFIGURE)
			.whereLayer("root")
			.mayNotAccessAnyLayer()
			.whereLayer("feed")
			.mayOnlyAccessLayers("root")
			.whereLayer("backlog")
			.mayOnlyAccessLayers("feed", "root")
			.whereLayer("transport")
			.mayOnlyAccessLayers("feed", "root")
			.whereLayer("core")
			.mayOnlyAccessLayers("feed", "backlog", "root")
			.whereLayer("listener")
			.mayOnlyAccessLayers("core", "root")
			.whereLayer("actuate")
			.mayOnlyAccessLayers("listener", "core", "root")
			.check(CLASSES);
	}

	@Test
	void packagesAreFreeOfCycles() {
		SlicesRuleDefinition.slices()
			.assignedFrom(new PackageSlices())
			.should()
			.beFreeOfCycles()
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@Test
	void everyPackageIsNullMarked() {
		Set<JavaPackage> packages = CLASSES.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
		assertThat(packages).isNotEmpty()
			.filteredOn(Predicate.not((candidate) -> candidate.isAnnotatedWith(NullMarked.class)))
			.extracting(JavaPackage::getName)
			.isEmpty();
	}

	@Test
	void onlyTransportKnowsTheWire() {
		noClasses().that(resideOutside(TRANSPORT))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.grpc..", "com.google.protobuf..", "io.etcd.jetcd.api..")
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@Test
	void onlyTransportAndAutoConfigurationKnowJetcd() {
		noClasses().that(resideOutside(TRANSPORT, AUTOCONFIGURE))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.etcd..", "io.netty..", "io.vertx..")
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@ParameterizedTest
	@ValueSource(strings = { TRANSPORT, FEED, BACKLOG, CORE })
	void roomsBelowTheListenerKnowNoSpring(String room) {
		noClasses().that()
			.resideInAPackage(room)
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework..")
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@Test
	void contractsUseNothingOfSpringButAnnotations() {
		noClasses().that()
			.resideInAPackage(ROOT)
			.should()
			.dependOnClassesThat(resideInAnyPackage("org.springframework..")
				.and(resideOutside("org.springframework.core.annotation..", "org.springframework.aot..")))
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@Test
	void postProcessorBeanMethodsAreStatic() {
		methods().that()
			.areAnnotatedWith(Bean.class)
			.and()
			.haveRawReturnType(assignableTo(BeanPostProcessor.class).or(assignableTo(BeanFactoryPostProcessor.class)))
			.should()
			.beStatic()
			.because("their configuration class would be created before it can be processed itself")
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@Test
	void classConditionsAreNotOnBeanMethods() {
		noMethods().that()
			.areAnnotatedWith(Bean.class)
			.should()
			.beAnnotatedWith(ConditionalOnClass.class)
			.because("the JVM resolves the method's return type before the condition is asked")
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@Test
	void nobodyWritesToTheStandardStreams() {
		GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.allowEmptyShould(true).check(CLASSES);
	}

	@Test
	void nobodyLogsThroughTheJdk() {
		GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.allowEmptyShould(true).check(CLASSES);
	}

	private static DescribedPredicate<JavaClass> resideOutside(String... packages) {
		return DescribedPredicate.not(resideInAnyPackage(packages));
	}

	/**
	 * One slice a package, so that subpackages count as packages of their own.
	 */
	private static final class PackageSlices implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
			return SliceIdentifier.of(javaClass.getPackageName());
		}

		@Override
		public String getDescription() {
			return "packages";
		}

	}

}
