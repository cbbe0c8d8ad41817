package org.etcdevent.autoconfigure;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.etcdevent.transport.HostEndpoint;
import org.etcdevent.transport.SrvEndpoint;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/**
 * Connection details from {@link EtcdProperties}.
 */
class PropertiesEtcdConnectionDetails implements EtcdConnectionDetails {

	static final String ENDPOINTS = EtcdProperties.PREFIX + ".endpoints";

	private static final String SSL_BUNDLE = EtcdProperties.PREFIX + ".ssl.bundle";

	private static final List<String> DEFAULT_ENDPOINTS = List.of("http://localhost:2379");

	private final List<URI> endpoints;

	private final @Nullable String username;

	private final @Nullable String password;

	private final @Nullable String sslBundleName;

	private final @Nullable SslBundles sslBundles;

	PropertiesEtcdConnectionDetails(EtcdProperties properties, @Nullable SslBundles sslBundles) {
		this.endpoints = endpoints(properties.getEndpoints());
		this.username = textOrNull(properties.getUsername());
		this.password = textOrNull(properties.getPassword());
		requireBothOrNone(this.username, this.password);
		this.sslBundleName = sslBundleName(properties.getSsl().getBundle());
		this.sslBundles = sslBundles;
	}

	@Override
	public List<URI> getEndpoints() {
		return this.endpoints;
	}

	@Override
	public @Nullable String getUsername() {
		return this.username;
	}

	@Override
	public @Nullable String getPassword() {
		return this.password;
	}

	@Override
	public @Nullable SslBundle getSslBundle() {
		if (this.sslBundleName == null) {
			return null;
		}
		if (this.sslBundles == null) {
			throw invalid(SSL_BUNDLE, this.sslBundleName, "The application has no SSL bundles.");
		}
		try {
			return this.sslBundles.getBundle(this.sslBundleName);
		}
		catch (NoSuchSslBundleException ex) {
			throw invalid(SSL_BUNDLE, this.sslBundleName,
					"There is no SSL bundle of that name below 'spring.ssl.bundle'; there are "
							+ this.sslBundles.getBundleNames() + ".");
		}
	}

	/**
	 * The name of the SSL bundle.
	 * @return the name, {@code null} if there is none
	 */
	@Nullable String getSslBundleName() {
		return this.sslBundleName;
	}

	private @Nullable String sslBundleName(@Nullable String name) {
		if (!StringUtils.hasText(name)) {
			return null;
		}
		if ("http".equals(this.endpoints.get(0).getScheme())) {
			throw invalid(SSL_BUNDLE, name, "It would not be used, for the endpoints are " + this.endpoints
					+ ": name https:// endpoints in '" + ENDPOINTS + "', or a dns+srv:// one.");
		}
		return name;
	}

	private static List<URI> endpoints(@Nullable List<String> configured) {
		List<URI> endpoints = new ArrayList<>();
		List<String> texts = (configured != null) ? configured : DEFAULT_ENDPOINTS;
		for (int i = 0; i < texts.size(); i++) {
			endpoints.add(endpoint(ENDPOINTS + "[" + i + "]", texts.get(i).trim()));
		}
		if (endpoints.isEmpty()) {
			throw new InvalidConfigurationPropertyValueException(ENDPOINTS, "", "At least one endpoint is needed.");
		}
		if (endpoints.stream().map(URI::getScheme).distinct().count() > 1) {
			throw new InvalidConfigurationPropertyValueException(ENDPOINTS,
					StringUtils.collectionToCommaDelimitedString(texts),
					"Endpoints must be all http or all https, or one dns+srv: a connection either uses TLS or does not.");
		}
		if (endpoints.size() > 1 && SrvEndpoint.isSrv(endpoints.get(0))) {
			throw new InvalidConfigurationPropertyValueException(ENDPOINTS,
					StringUtils.collectionToCommaDelimitedString(texts),
					"A dns+srv endpoint stands for all members: name one, and no other endpoint.");
		}
		return List.copyOf(endpoints);
	}

	private static URI endpoint(String property, String text) {
		if (text.contains("@")) {
			// Not as an invalid value: failure analysis would print it, password and all.
			throw new IllegalStateException(
					"Credentials in '" + property + "' go into 'etcd.event.username' and 'etcd.event.password'");
		}
		URI uri = uri(property, text);
		String scheme = (uri.getScheme() != null) ? uri.getScheme().toLowerCase(Locale.ROOT) : "";
		if (scheme.equals(SrvEndpoint.SCHEME)) {
			return srv(property, text, uri);
		}
		if (!scheme.equals("http") && !scheme.equals("https")) {
			throw invalid(property, text, "An endpoint begins with http://, https:// or dns+srv://.");
		}
		boolean more = StringUtils.hasLength(uri.getRawPath()) && !uri.getRawPath().equals("/");
		if (more || uri.getRawQuery() != null || uri.getRawFragment() != null) {
			throw invalid(property, text, "Nothing may follow host and port.");
		}
		try {
			return URI.create(scheme + "://" + HostEndpoint.of(uri));
		}
		catch (IllegalArgumentException ex) {
			throw invalid(property, text, ex.getMessage() + ".");
		}
	}

	private static URI srv(String property, String text, URI uri) {
		try {
			if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
				throw new IllegalArgumentException("Nothing may follow the domain");
			}
			SrvEndpoint srv = SrvEndpoint.of(uri);
			return URI.create(SrvEndpoint.SCHEME + "://" + srv.server() + "/" + srv.name());
		}
		catch (IllegalArgumentException ex) {
			throw invalid(property, text, ex.getMessage() + ".");
		}
	}

	private static URI uri(String property, String text) {
		try {
			return new URI(text);
		}
		catch (URISyntaxException ex) {
			throw invalid(property, text, "It is not a URL such as http://localhost:2379 (" + ex.getReason() + ").");
		}
	}

	/** What a placeholder leaves empty is as if it were not there. */
	private static @Nullable String textOrNull(@Nullable String text) {
		return StringUtils.hasLength(text) ? text : null;
	}

	private static void requireBothOrNone(@Nullable String username, @Nullable String password) {
		if (username != null && password == null) {
			throw invalid(EtcdProperties.PREFIX + ".username", username, "It needs etcd.event.password as well.");
		}
		if (password != null && username == null) {
			// Not as an invalid password: failure analysis would print it.
			throw invalid(EtcdProperties.PREFIX + ".username", username, "A password needs a user name as well.");
		}
	}

	private static InvalidConfigurationPropertyValueException invalid(String property, @Nullable String value,
			String reason) {
		return new InvalidConfigurationPropertyValueException(property, value, reason);
	}

}
