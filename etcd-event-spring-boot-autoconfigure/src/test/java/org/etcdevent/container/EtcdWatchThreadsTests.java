package org.etcdevent.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.etcdevent.EtcdUpdate;
import org.etcdevent.EtcdWatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the kind of threads that call. All other tests of this package run on virtual
 * threads where the JDK has them.
 */
@Timeout(30)
class EtcdWatchThreadsTests {

	private final FakeEtcd etcd = new FakeEtcd().put("a/1", "x");

	@Test
	void virtualThreadsWhereTheyAreWantedAndThere() {
		assertThat(threadOfACall("true")).extracting(EtcdWatchThreadsTests::isVirtual).isEqualTo(FakeEtcd.isVirtual());
	}

	@Test
	void platformThreadsOtherwise() {
		assertThat(threadOfACall("false")).extracting(EtcdWatchThreadsTests::isVirtual).isEqualTo(false);
	}

	/** A virtual thread that blocks inside of a monitor keeps its carrier before 24. */
	@Test
	void noMonitorIsEverHeld() throws Exception {
		List<String> found = new ArrayList<>();
		Path classes = classes();
		try (Stream<Path> files = Files.walk(classes)) {
			files.filter((file) -> file.toString().endsWith(".class"))
				.forEach((file) -> monitors(file).forEach((method) -> found.add(classes.relativize(file) + method)));
		}
		assertThat(found).isEmpty();
	}

	private static Path classes() throws URISyntaxException {
		return Path.of(EtcdWatch.class.getProtectionDomain().getCodeSource().getLocation().toURI());
	}

	private static List<String> monitors(Path file) {
		List<String> found = new ArrayList<>();
		try (InputStream bytes = Files.newInputStream(file)) {
			new ClassReader(bytes).accept(new ClassVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
						String[] exceptions) {
					if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
						found.add("." + name);
					}
					return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

						@Override
						public void visitInsn(int opcode) {
							if (opcode == Opcodes.MONITORENTER) {
								found.add("." + name);
							}
						}

					};
				}

			}, ClassReader.SKIP_DEBUG);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return found;
	}

	private Thread threadOfACall(String virtual) {
		Bean bean = new Bean();
		WatchTestContext.over(this.etcd)
			.withPropertyValues("spring.threads.virtual.enabled=" + virtual)
			.withBean(Bean.class, () -> bean)
			.run((context) -> assertThat(bean.threads).hasSize(1));
		assertThat(bean.threads.get(0).getName()).isEqualTo("etcd-watch-w-1");
		return bean.threads.get(0);
	}

	private static boolean isVirtual(Thread thread) {
		return ClassUtils.hasMethod(Thread.class, "isVirtual") && Boolean.TRUE
			.equals(ReflectionUtils.invokeMethod(ClassUtils.getMethod(Thread.class, "isVirtual"), thread));
	}

	static class Bean {

		final List<Thread> threads = FakeEtcd.list();

		@EtcdWatch(value = "a/", id = "w")
		void on(EtcdUpdate<String> update) {
			this.threads.add(Thread.currentThread());
		}

	}

}
