import { Enum, Field, MapField, Root, Type } from "protobufjs";
import { ENUMS, MESSAGES, type Message, type MessageName } from "./protocol";

/** Types of the wire do not know each other by name, so that nesting can be left out of theirs. */
const flat = (name: string): string => name.replaceAll(".", "_");

const types: ReadonlyMap<string, Type> = (() => {
  const root = new Root();
  for (const [name, values] of Object.entries(ENUMS)) root.add(new Enum(flat(name), { ...values }));
  const named = new Map<string, Type>();
  for (const [name, fields] of Object.entries(MESSAGES)) {
    const type = new Type(flat(name));
    for (const [field, [number, kind]] of Object.entries<readonly [number, string]>(fields)) {
      const value = /^map<(.+)>$/.exec(kind)?.[1];
      const element = /^(.+)\[\]$/.exec(kind)?.[1];
      if (value) type.add(new MapField(field, number, "string", flat(value)));
      else type.add(new Field(field, number, flat(element ?? kind), element ? "repeated" : undefined));
    }
    root.add(type);
    named.set(name, type);
  }
  root.resolveAll();
  return named;
})();

export function encode<Name extends MessageName>(name: Name, message: Message<Name>): Buffer {
  const type = types.get(name)!;
  // In Node, protobufjs writes Buffers.
  return type.encode(type.fromObject(message)).finish() as Buffer;
}

/** Fields that this client does not describe are passed over. @throws RangeError for bytes that end too early */
export function decode<Name extends MessageName>(name: Name, bytes: Uint8Array): Message<Name> {
  const type = types.get(name)!;
  return type.toObject(type.decode(bytes), { longs: String, enums: String }) as Message<Name>;
}
