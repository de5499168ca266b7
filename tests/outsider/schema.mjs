// A small protobuf codec driven by tables, over the reader and writer of cosmjs-types. It is as strict as the chain:
// a field that the table does not name, or that comes out of order, is an error.
import { BinaryReader, BinaryWriter, WireType } from "cosmjs-types/binary";

const scalars = {
  uint64: { wire: WireType.Varint, zero: 0n, read: (r) => r.uint64(), write: (w, v) => w.uint64(v) },
  int64: { wire: WireType.Varint, zero: 0n, read: (r) => r.int64(), write: (w, v) => w.int64(v) },
  bool: { wire: WireType.Varint, zero: false, read: (r) => r.bool(), write: (w, v) => w.bool(v) },
  string: { wire: WireType.Bytes, zero: "", read: (r) => r.string(), write: (w, v) => w.string(v) },
  bytes: { wire: WireType.Bytes, zero: new Uint8Array(), read: (r) => r.bytes(), write: (w, v) => w.bytes(v) },
};

/** A message type from a table of name: [number, type], or [number, [type]] for a repeated one. */
export class Schema {
  #fields;

  constructor(fields) {
    this.#fields = Object.entries(fields)
      .map(([name, [number, type]]) => ({ name, number, type: [type].flat()[0], repeated: Array.isArray(type) }))
      .sort((left, right) => left.number - right.number);
  }

  fromPartial(value) {
    return value;
  }

  encode(message, writer = BinaryWriter.create()) {
    for (const field of this.#fields) {
      const values = field.repeated ? (message[field.name] ?? []) : [message[field.name]];
      for (const value of values) {
        write(writer, field, value);
      }
    }
    return writer;
  }

  bytes(message) {
    return this.encode(message).finish();
  }

  decode(input) {
    const reader = input instanceof BinaryReader ? input : new BinaryReader(input);
    const message = this.#empty();
    let last = 0;
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      const field = this.#fields.find((candidate) => candidate.number === tag >>> 3);
      if (field === undefined || (tag & 7) !== wireOf(field)) {
        throw new Error(`Field ${tag >>> 3} of wire type ${tag & 7} is not known.`);
      }
      if (field.number < last || (field.number === last && !field.repeated)) {
        throw new Error(`Field ${field.number} comes after field ${last}.`);
      }
      last = field.number;
      const value = field.type instanceof Schema
        ? field.type.decode(reader.bytes())
        : scalars[field.type].read(reader);
      if (field.repeated) {
        message[field.name].push(value);
      } else {
        message[field.name] = value;
      }
    }
    return message;
  }

  #empty() {
    return Object.fromEntries(this.#fields.map((field) => [
      field.name,
      field.repeated ? [] : field.type instanceof Schema ? undefined : scalars[field.type].zero,
    ]));
  }
}

function wireOf(field) {
  return field.type instanceof Schema ? WireType.Bytes : scalars[field.type].wire;
}

function write(writer, field, value) {
  if (value === undefined || value === null) {
    return;
  }
  if (field.type instanceof Schema) {
    writer.uint32((field.number << 3) | WireType.Bytes).bytes(field.type.bytes(value));
    return;
  }
  const scalar = scalars[field.type];
  const isZero = field.type === "bytes" ? value.length === 0 : value === scalar.zero;
  if (!isZero || field.repeated) {
    scalar.write(writer.uint32((field.number << 3) | scalar.wire), value);
  }
}
