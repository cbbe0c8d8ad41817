package org.etcdevent.autoconfigure;

import java.lang.reflect.Type;

import org.etcdevent.EtcdDecoder;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes decoders that read JSON, for any type.
 */
class JsonDecoders {

	private final JsonMapper mapper;

	JsonDecoders(JsonMapper mapper) {
		this.mapper = mapper;
	}

	EtcdDecoder<?> decoder(Type type) {
		ObjectReader reader = this.mapper.readerFor(this.mapper.constructType(type));
		return (key, value) -> decode(reader, type, value);
	}

	private static Object decode(ObjectReader reader, Type type, byte[] value) {
		Object decoded = read(reader, type, value);
		if (decoded == null) {
			throw new IllegalArgumentException("The JSON is null, which is no " + type.getTypeName());
		}
		return decoded;
	}

	private static Object read(ObjectReader reader, Type type, byte[] value) {
		try {
			return reader.readValue(value);
		}
		catch (JacksonException ex) {
			// Without message and cause, because they contain parts of the value.
			TokenStreamLocation location = ex.getLocation();
			String where = (location != null)
					? " at line " + location.getLineNr() + ", column " + location.getColumnNr() : "";
			throw new IllegalArgumentException(
					"The value is no JSON of " + type.getTypeName() + ": " + ex.getClass().getSimpleName() + where);
		}
	}

}
