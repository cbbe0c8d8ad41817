package org.etcdevent;

import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.ThrowsDeclaration;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.etcdevent.actuate.EtcdHealthIndicator;
import org.etcdevent.consumer.StatusSource;
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
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packages of the design and the arrows between them.
 */
class ArchitectureTests {

	private static final String ROOT = "org.etcdevent";

	private static final String ETCD = ROOT + ".etcd..";

	private static final String TRANSPORT = ROOT + ".transport..";

	private static final String FEED = ROOT + ".feed..";

	private static final String BACKLOG = ROOT + ".backlog..";

	private static final String CONSUMER = ROOT + ".consumer..";

	private static final String LISTENER = ROOT + ".listener..";

	private static final String CONTAINER = ROOT + ".container..";

	private static final String ANNOTATION = ROOT + ".annotation..";

	private static final String ACTUATE = ROOT + ".actuate..";

	private static final String AUTOCONFIGURE = ROOT + ".autoconfigure..";

	private static final String[] INTERNAL = { ETCD, TRANSPORT, FEED, BACKLOG, CONSUMER, CONTAINER, ANNOTATION, ACTUATE,
			AUTOCONFIGURE };

	private static final Set<String> FOR_USERS_IN_INTERNAL_PACKAGES = Set.of(
			ROOT + ".actuate.EtcdWatchObservationContext", ROOT + ".actuate.EtcdWatchObservationConvention",
			ROOT + ".autoconfigure.EtcdClientBuilderCustomizer", ROOT + ".autoconfigure.EtcdConnectionDetails",
			ROOT + ".transport.EtcdWatchChannelCustomizer");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
		.importPackages(ROOT);

	@Test
	void packagesDependOnlyOnWhatTheDesignAllows() {
		Architectures.layeredArchitecture()
			.consideringOnlyDependenciesInLayers()
			.layer("contracts")
			.definedBy(ROOT)
			.layer("etcd")
			.definedBy(ETCD)
			.layer("transport")
			.definedBy(TRANSPORT)
			.layer("feed")
			.definedBy(FEED)
			.layer("backlog")
			.definedBy(BACKLOG)
			.layer("consumer")
			.definedBy(CONSUMER)
			.layer("listener")
			.definedBy(LISTENER)
			.layer("container")
			.definedBy(CONTAINER)
			.layer("annotation")
			.definedBy(ANNOTATION)
			.layer("actuate")
			.definedBy(ACTUATE)
			.layer("autoconfigure")
			.definedBy(AUTOCONFIGURE)
			.whereLayer("contracts")
			.mayNotAccessAnyLayer()
			.whereLayer("etcd")
			.mayOnlyAccessLayers("contracts")
			.whereLayer("transport")
			.mayOnlyAccessLayers("etcd", "contracts")
			.whereLayer("feed")
			.mayOnlyAccessLayers("etcd", "contracts")
			.whereLayer("backlog")
			.mayOnlyAccessLayers("feed", "etcd", "contracts")
			.whereLayer("consumer")
			.mayOnlyAccessLayers("backlog", "feed", "etcd", "contracts")
			.whereLayer("listener")
			.mayOnlyAccessLayers("contracts")
			.whereLayer("container")
			.mayOnlyAccessLayers("consumer", "listener", "contracts")
			.whereLayer("annotation")
			.mayOnlyAccessLayers("listener", "contracts")
			.whereLayer("actuate")
			.mayOnlyAccessLayers("listener", "contracts")
			// As long as values have no status of their own in the contracts.
			.ignoreDependency(EtcdHealthIndicator.class, StatusSource.class)
			.check(CLASSES);
	}

	/**
	 * What users write against must not bind them to what may change with each release.
	 */
	@Test
	void publicSignaturesNameNoInternalTypes() {
		members().that()
			.areDeclaredInClassesThat(resideInAnyPackage(ROOT, LISTENER).and(areVisible()))
			.and(arePublicOrProtected())
			.should(onlyNameTypes(resideOutside(INTERNAL)))
			.check(CLASSES);
	}

	/**
	 * Types that users implement, inject or name although their package is internal. Each
	 * of them is to move, or to go.
	 */
	@Test
	void typesForUsersInInternalPackagesAreKnown() {
		assertThat(FOR_USERS_IN_INTERNAL_PACKAGES)
			.allSatisfy((type) -> assertThat(CLASSES.get(type).getModifiers()).as(type).contains(JavaModifier.PUBLIC));
		members().that()
			.areDeclaredInClassesThat(areNamed(FOR_USERS_IN_INTERNAL_PACKAGES))
			.and(arePublicOrProtected())
			.should(onlyNameTypes(resideOutside(INTERNAL).or(areNamed(FOR_USERS_IN_INTERNAL_PACKAGES))))
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
	@ValueSource(strings = { ETCD, TRANSPORT, FEED, BACKLOG, CONSUMER })
	void packagesBelowTheContainerKnowNoSpring(String name) {
		noClasses().that()
			.resideInAPackage(name)
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

	private static DescribedPredicate<JavaClass> areVisible() {
		return DescribedPredicate.describe("are visible",
				(type) -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.getEnclosingClass()
					.map((outer) -> outer.getModifiers().contains(JavaModifier.PUBLIC))
					.orElse(true));
	}

	private static DescribedPredicate<JavaClass> areNamed(Set<String> names) {
		return DescribedPredicate.describe("are one of " + names, (type) -> names.contains(type.getName()));
	}

	private static DescribedPredicate<JavaMember> arePublicOrProtected() {
		return DescribedPredicate.describe("are public or protected",
				(member) -> member.getModifiers().contains(JavaModifier.PUBLIC)
						|| member.getModifiers().contains(JavaModifier.PROTECTED));
	}

	private static ArchCondition<JavaMember> onlyNameTypes(DescribedPredicate<JavaClass> allowed) {
		return new ArchCondition<>("only name types that " + allowed.getDescription()) {

			@Override
			public void check(JavaMember member, ConditionEvents events) {
				named(member).filter(allowed.negate())
					.forEach((type) -> events
						.add(SimpleConditionEvent.violated(member, member.getFullName() + " names " + type.getName())));
			}

		};
	}

	private static Stream<JavaClass> named(JavaMember member) {
		if (member instanceof JavaField field) {
			return field.getType().getAllInvolvedRawTypes().stream();
		}
		JavaCodeUnit code = (JavaCodeUnit) member;
		Stream<JavaType> types = Stream.concat(Stream.of(code.getReturnType()), code.getParameterTypes().stream());
		return Stream.concat(types.flatMap((type) -> type.getAllInvolvedRawTypes().stream()),
				code.getThrowsClause().stream().map(ThrowsDeclaration::getRawType));
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
