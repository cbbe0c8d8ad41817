package org.etcdevent.chaos;

import java.net.URI;
import java.util.List;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.Client;
import org.etcdevent.testsupport.EtcdAdmin;

/**
 * The users of a cluster that asks nobody who he is, but for a while. Not thread-safe.
 */
final class Users {

	/** Who follows. */
	static final String NAME = "follower";

	static final String PASSWORD = "s3same";

	private static final String ROOT = "root";

	private final EtcdAdmin admin;

	private final List<URI> endpoints;

	/**
	 * Adds the users.
	 * @param admin who may do so as long as nobody is asked
	 * @param endpoints where the members are
	 */
	Users(EtcdAdmin admin, List<URI> endpoints) {
		this.admin = admin;
		this.endpoints = endpoints;
		for (String name : List.of(ROOT, NAME)) {
			EtcdAdmin.get(auth().userAdd(EtcdAdmin.bytes(name), EtcdAdmin.bytes(PASSWORD)));
			EtcdAdmin.get(auth().userGrantRole(EtcdAdmin.bytes(name), EtcdAdmin.bytes(ROOT)));
		}
	}

	private Auth auth() {
		return this.admin.client().getAuthClient();
	}

	/**
	 * Asks everybody who he is, and does not know those who follow until their password
	 * is corrected.
	 * @param wrong what happens while it is wrong
	 * @param corrected what happens then, until nobody is asked any more
	 */
	void misremember(Runnable wrong, Runnable corrected) {
		EtcdAdmin.get(auth().userChangePassword(EtcdAdmin.bytes(NAME), EtcdAdmin.bytes("0therwise")));
		EtcdAdmin.get(auth().authEnable());
		try (Client root = Client.builder()
			.endpoints(this.endpoints)
			.user(EtcdAdmin.bytes(ROOT))
			.password(EtcdAdmin.bytes(PASSWORD))
			.build()) {
			wrong.run();
			// It logs in for this, and not for the others.
			EtcdAdmin.get(root.getKVClient().get(EtcdAdmin.bytes("token")));
			Auth auth = root.getAuthClient();
			EtcdAdmin.get(auth.userChangePassword(EtcdAdmin.bytes(NAME), EtcdAdmin.bytes(PASSWORD)));
			corrected.run();
			EtcdAdmin.get(root.getKVClient().get(EtcdAdmin.bytes("token")));
			EtcdAdmin.get(auth.authDisable());
		}
	}

}
