import { test } from "uvu";
import * as assert from "uvu/assert";
import { WorkspaceError } from "@movielens/lib/data";
import { parseSparkAddress } from "@movielens/lib/spark";

test("an address says host and port, and nothing else need be said", () => {
  const { host, port, tls, token, maxMessageBytes, sessionId, userId } =
    parseSparkAddress("sc://spark.example");
  assert.equal([host, port, tls, token], ["spark.example", 15002, false, null]);
  assert.is(maxMessageBytes, 128 * 1024 * 1024);
  assert.match(sessionId, /^[0-9a-f-]{36}$/);
  assert.ok(userId);
  assert.is.not(parseSparkAddress("sc://spark.example").sessionId, sessionId);
});

test("parameters stand behind /; as PySpark writes them, URL-encoded", () => {
  const address = parseSparkAddress("sc://[::1]:7/;use_ssl=true;token=a%3Bb;user_id=ada;x-cluster=c");
  assert.equal(
    [address.host, address.port, address.tls, address.token, address.userId],
    ["[::1]", 7, true, "a;b", "ada"],
  );
  assert.equal(address.headers, { "x-cluster": "c" });
  assert.is(parseSparkAddress("sc://h:1/").port, 1);
});

test("a token brings TLS with it, except on this machine", () => {
  assert.is(parseSparkAddress("sc://spark.example/;token=t").tls, true);
  assert.is(parseSparkAddress("sc://localhost/;token=t").tls, false);
  assert.is(parseSparkAddress("sc://127.0.0.1:15002/;token=t").tls, false);
  assert.is(parseSparkAddress("sc://localhost/;token=t;use_ssl=true").tls, true);
});

test("an address that cannot be right is refused, without showing its token", () => {
  for (const [text, what] of [
    ["http://spark.example", "sc://host:port"],
    ["sc://", "sc://host:port"],
    ["sc://user:secret@host:1", "sc://host:port"],
    ["sc://h:0/", "port 0"],
    ["sc://h:65536/", "port 65536"],
    ["sc://h:1/token=secret", "sc://host:port"],
    ["sc://h:1/;token", "without name or value"],
    ["sc://h:1/;token=secret;token=secret", "token twice"],
    ["sc://h:1/;token=secret;use_ssl=false", "without TLS"],
    ["sc://h:1/;token=secret%", "URL-encoded"],
    ["sc://h:1/;token=secret%0A", "token that no header"],
    ["sc://h:1/;token=secret-pässwort", "token that no header"],
    ["sc://h:1/;x-key=secret%00", "x-key that no header"],
    ["sc://h:1/;x key=secret", "name no header"],
    ["sc://h:1/;x-key-bin=secret", "name no header"],
    ["sc://h:1/;use_ssl=yes", "use_ssl"],
    ["sc://h:1/;session_id=mine", "UUID"],
    ["sc://h:1/;grpc_max_message_size=1e99", "grpc_max_message_size"],
  ])
    try {
      parseSparkAddress(text);
      assert.unreachable(`${text} is refused`);
    } catch (error) {
      if (!(error instanceof WorkspaceError)) throw error;
      assert.is(error.code, "OPTION_INVALID");
      assert.match(error.message, what);
      assert.not.match(error.message, "secret");
    }
});

test.run();
