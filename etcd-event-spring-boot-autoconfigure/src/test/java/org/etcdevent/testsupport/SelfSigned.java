package org.etcdevent.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * A key and its certificate for the loopback, signed by itself and made with the JDK's
 * {@code keytool}, as files that etcd and Java read. Who trusts the certificate trusts
 * the server, or the client, that has the key.
 */
public final class SelfSigned {

	private static final String PASSWORD = "changeit";

	private final Path certificate;

	private final Path key;

	/**
	 * A new key.
	 * @param folder where to keep the files
	 * @param name the name of the files, and of whom the certificate is for
	 */
	public SelfSigned(Path folder, String name) {
		this.certificate = folder.resolve(name + "-certificate.pem");
		this.key = folder.resolve(name + "-key.pem");
		try {
			KeyStore store = generate(folder, name);
			write(this.certificate, "CERTIFICATE", store.getCertificate(name).getEncoded());
			write(this.key, "PRIVATE KEY", store.getKey(name, PASSWORD.toCharArray()).getEncoded());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The certificate.
	 * @return a PEM file
	 */
	public Path certificate() {
		return this.certificate;
	}

	/**
	 * The private key, not encrypted.
	 * @return a PEM file
	 */
	public Path key() {
		return this.key;
	}

	private static KeyStore generate(Path folder, String name) throws IOException, GeneralSecurityException {
		Path store = folder.resolve(name + ".p12");
		Path log = folder.resolve(name + "-keytool.log");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name, "-ext",
				"san=dns:localhost,ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12", "-keystore",
				store.toString(), "-storepass", PASSWORD)
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try {
			if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
				keytool.destroyForcibly();
				throw new IllegalStateException("keytool failed: " + Files.readString(log));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
	}

	private static void write(Path file, String label, byte[] content) throws IOException {
		String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
		Files.writeString(file, "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
	}

}
