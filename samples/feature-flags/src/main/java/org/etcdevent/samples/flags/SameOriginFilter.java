package org.etcdevent.samples.flags;

import java.io.IOException;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Protects an application without a login from other pages in the same browser: it
 * refuses their requests, also those that reach it under a name of their own (DNS
 * rebinding), and restricts what the application's page may load.
 */
@Component
class SameOriginFilter extends OncePerRequestFilter {

	private static final String POLICY = "default-src 'none'; connect-src 'self'; img-src 'self'; script-src 'self'; "
			+ "style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

	private final Set<String> allowedHosts;

	SameOriginFilter(@Value("${feature-flags.allowed-hosts}") Set<String> allowedHosts) {
		this.allowedHosts = Set.copyOf(allowedHosts);
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		response.setHeader("Content-Security-Policy", POLICY);
		if (!this.allowedHosts.contains(request.getServerName())) {
			refuse(response, "The host name of this request is not in feature-flags.allowed-hosts");
		}
		else if (CorsUtils.isCorsRequest(request)) {
			refuse(response, "This request comes from a page of another origin");
		}
		else {
			chain.doFilter(request, response);
		}
	}

	private static void refuse(HttpServletResponse response, String reason) throws IOException {
		response.setStatus(HttpStatus.FORBIDDEN.value());
		response.setContentType(MediaType.TEXT_PLAIN_VALUE);
		response.getWriter().println(reason);
	}

}
