import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { Enum, Field, MapField, parse, Root, Service, Type, type ReflectionObject } from "protobufjs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import * as yauzl from "yauzl";
import { isSparkLaidOut, sparkPackages } from "@movielens/lib/cli/spark-cluster";
import { decode, encode } from "../../lib/spark/codec";
import { CALLS, ENUMS, MESSAGES, SERVICE, STREAMS } from "../../lib/spark/protocol";

const why = isSparkLaidOut() ? null : "PySpark is not laid out here; npm run spark:up -- --lay-out does that";
if (why !== null) console.log(`  skipped, because ${why}`);
const testAgainstSpark = why === null ? test : test.skip;

/** The descriptions that the server itself was made from: the .proto files in its jar. */
async function published(): Promise<Root> {
  const jars = join(sparkPackages(), "pyspark", "jars");
  const [jar] = readdirSync(jars).filter((name) => /^spark-connect_.*\.jar$/.test(name));
  const root = new Root();
  const protos = /^(spark\/connect|google\/(rpc|protobuf))\/\w+\.proto$/;
  const zip = await promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)(join(jars, jar), {
    lazyEntries: true,
  });
  const open = promisify(zip.openReadStream.bind(zip)) as (entry: yauzl.Entry) => Promise<Readable>;
  await new Promise<void>((resolve, reject) => {
    const read = async (entry: yauzl.Entry): Promise<void> => {
      if (protos.test(entry.fileName)) parse(await text(await open(entry)), root, { keepCase: true });
      zip.readEntry();
    };
    zip.on("entry", (entry: yauzl.Entry) => void read(entry).catch(reject));
    zip.on("end", resolve);
    zip.on("error", reject);
    zip.readEntry();
  });
  return root;
}

const fullName = (name: string): string => (name.startsWith("google.") ? name : `spark.connect.${name}`);

/** A field's type as MESSAGES writes it. */
function written(field: Field): string {
  const type: ReflectionObject | null = field.resolve().resolvedType;
  const name = type ? type.fullName.replace(/^\./, "").replace(/^spark\.connect\./, "") : field.type;
  if (field instanceof MapField)
    return field.keyType === "string" ? `map<${name}>` : `map of ${field.keyType}`;
  return field.repeated ? `${name}[]` : name;
}

testAgainstSpark(
  "every message and field has the number and the type that Spark's own description gives it",
  async () => {
    const root = await published();
    let fields = 0;
    for (const [name, described] of Object.entries(MESSAGES)) {
      const type = root.lookup(fullName(name));
      assert.ok(type instanceof Type, `Spark has no message ${name}`);
      for (const [field, [number, kind]] of Object.entries<readonly [number, string]>(described)) {
        const there = type.fields[field];
        assert.ok(there, `Spark's ${name} has no field ${field}`);
        assert.equal([there.id, written(there)], [number, kind], `${name}.${field}`);
        fields++;
      }
    }
    assert.ok(fields > 150, `${fields} fields were compared`);
  },
);

testAgainstSpark("every value of an enum has the number that Spark gives it", async () => {
  const root = await published();
  for (const [name, values] of Object.entries(ENUMS)) {
    const there = root.lookup(fullName(name));
    assert.ok(there instanceof Enum, `Spark has no enum ${name}`);
    for (const [value, number] of Object.entries(values)) assert.is(there.values[value], number, value);
  }
});

testAgainstSpark("every call takes and answers what Spark says", async () => {
  const service = (await published()).lookup(SERVICE);
  assert.ok(service instanceof Service);
  for (const [calls, streamed] of [
    [CALLS, false],
    [STREAMS, true],
  ] as const)
    for (const [name, [asked, answered]] of Object.entries(calls)) {
      const { requestType, responseType, requestStream, responseStream } = service.methods[name];
      assert.equal(
        [requestType, responseType, Boolean(requestStream), Boolean(responseStream)],
        [asked, answered, false, streamed],
        name,
      );
    }
});

testAgainstSpark("what is written here is read alike by Spark's own description, and back", async () => {
  const message = {
    session_id: "é",
    plan: {
      command: {
        ml_command: {
          fit: {
            estimator: { name: "ALS", type: "OPERATOR_TYPE_ESTIMATOR" },
            params: {
              params: {
                big: { long: "-9007199254740993" },
                list: { array: { elements: [{ double: 0.1 }] } },
              },
            },
            dataset: { common: { plan_id: "4" }, local_relation: { data: Uint8Array.of(0, 255) } },
          },
        },
      },
    },
    request_options: [{ reattach_options: { reattachable: true } }],
  } as const;
  const bytes = encode("ExecutePlanRequest", message);
  assert.equal(
    JSON.parse(JSON.stringify(decode("ExecutePlanRequest", bytes))),
    JSON.parse(
      JSON.stringify({
        ...message,
        plan: {
          command: {
            ml_command: {
              fit: {
                ...message.plan.command.ml_command.fit,
                dataset: { common: { plan_id: "4" }, local_relation: { data: Buffer.of(0, 255) } },
              },
            },
          },
        },
      }),
    ),
  );
  const type = (await published()).lookupType("spark.connect.ExecutePlanRequest");
  const theirs = type.toObject(type.decode(bytes), { longs: String, enums: String });
  assert.is(theirs.plan.command.ml_command.fit.params.params.big.long, "-9007199254740993");
  assert.is(theirs.plan.command.ml_command.fit.estimator.type, "OPERATOR_TYPE_ESTIMATOR");
  const again = type.encode(type.fromObject(theirs)).finish();
  assert.equal(decode("ExecutePlanRequest", again), decode("ExecutePlanRequest", bytes));
});

test("fields that are not described are passed over", () => {
  // Field 999, a text, which a newer server may send.
  const unknown = Buffer.from([0xba, 0x3e, 0x02, 0x68, 0x69]);
  const bytes = Buffer.concat([encode("KeyValue", { key: "a" }), unknown]);
  assert.equal(decode("KeyValue", bytes), { key: "a" });
});

test.run();
