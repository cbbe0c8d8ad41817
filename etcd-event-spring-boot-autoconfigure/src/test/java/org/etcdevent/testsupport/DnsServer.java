package org.etcdevent.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A name server on the loopback that knows SRV records and nothing else.
 */
public final class DnsServer implements AutoCloseable {

	private static final int SRV = 33;

	private static final int INTERNET = 1;

	private static final int ANSWER = 0x8180;

	private static final int NO_SUCH_NAME = 3;

	private final Map<String, List<InetSocketAddress>> records = new ConcurrentHashMap<>();

	private final AtomicInteger questions = new AtomicInteger();

	private final DatagramSocket socket;

	private final Thread thread = new Thread(this::run, "dns-server");

	/**
	 * A name server that knows no name.
	 */
	public DnsServer() {
		try {
			this.socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.thread.setDaemon(true);
		this.thread.start();
	}

	/**
	 * Where it listens.
	 * @return host and port
	 */
	public String authority() {
		return "127.0.0.1:" + this.socket.getLocalPort();
	}

	/**
	 * Names the targets of a name, in place of those before.
	 * @param name the name of the records
	 * @param targets host, which is not resolved here, and port of each
	 */
	public void put(String name, InetSocketAddress... targets) {
		this.records.put(name, List.of(targets));
	}

	/**
	 * Forgets a name.
	 * @param name the name of the records
	 */
	public void remove(String name) {
		this.records.remove(name);
	}

	/**
	 * How often it was asked.
	 * @return the number of questions
	 */
	public int questions() {
		return this.questions.get();
	}

	private void run() {
		byte[] buffer = new byte[512];
		while (!this.socket.isClosed()) {
			try {
				DatagramPacket question = new DatagramPacket(buffer, buffer.length);
				this.socket.receive(question);
				this.questions.incrementAndGet();
				ByteBuffer answer = answer(ByteBuffer.wrap(buffer, 0, question.getLength()));
				this.socket.send(new DatagramPacket(answer.array(), answer.position(), question.getSocketAddress()));
			}
			catch (IOException ex) {
				// Closed, or one who asked has gone.
			}
		}
	}

	private ByteBuffer answer(ByteBuffer question) {
		short id = question.getShort();
		question.position(12);
		StringBuilder name = new StringBuilder();
		for (int length = question.get(); length > 0; length = question.get()) {
			byte[] label = new byte[length];
			question.get(label);
			name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
		}
		boolean known = question.getShort() == SRV && this.records.containsKey(name.toString());
		List<InetSocketAddress> targets = known ? this.records.get(name.toString()) : List.of();
		question.position(question.position() + 2);
		int end = question.position();
		ByteBuffer answer = ByteBuffer.allocate(512);
		answer.putShort(id).putShort((short) (known ? ANSWER : ANSWER | NO_SUCH_NAME));
		answer.putShort((short) 1).putShort((short) targets.size()).putInt(0);
		answer.put(question.array(), 12, end - 12);
		targets.forEach((target) -> put(answer, target));
		return answer;
	}

	private static void put(ByteBuffer answer, InetSocketAddress target) {
		// The name is that of the question; no time to live.
		answer.putShort((short) 0xc00c).putShort((short) SRV).putShort((short) INTERNET).putInt(0);
		ByteBuffer data = ByteBuffer.allocate(256);
		data.putShort((short) 1).putShort((short) 1).putShort((short) target.getPort());
		for (String label : target.getHostString().split("\\.")) {
			data.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
		}
		data.put((byte) 0);
		answer.putShort((short) data.position()).put(data.array(), 0, data.position());
	}

	@Override
	public void close() {
		this.socket.close();
	}

}
