package org.etcdevent.samples.configuration;

import java.util.Set;
import java.util.stream.Collectors;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import org.etcdevent.EtcdDecoder;
import org.etcdevent.EtcdDecodingException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * Takes only settings that make sense: others are reported and counted, and the last good
 * ones stay.
 */
@Component
class PoolSettingsDecoder implements EtcdDecoder<PoolSettings> {

	private final JsonMapper mapper;

	private final Validator validator;

	PoolSettingsDecoder(JsonMapper mapper, Validator validator) {
		this.mapper = mapper;
		this.validator = validator;
	}

	@Override
	public PoolSettings decode(byte[] key, byte[] value) {
		PoolSettings settings = this.mapper.readValue(value, PoolSettings.class);
		Set<ConstraintViolation<PoolSettings>> violations = this.validator.validate(settings);
		if (!violations.isEmpty()) {
			throw new EtcdDecodingException(violations.stream()
				.map((violation) -> violation.getPropertyPath() + " " + violation.getMessage())
				.sorted()
				.collect(Collectors.joining(", ")), null);
		}
		return settings;
	}

}
