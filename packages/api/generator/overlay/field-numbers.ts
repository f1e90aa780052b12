/**
 * How the types of one Go package lie in protobuf, by Go type (`v1.Type` where one version differs): each field as `NAME:NUMBER`,
 * by number, with marks before the colon:
 *
 *     *    a pointer in Go, which is absent from the wire when it is not set
 *     !    no pointer, and JSON has it even when it is zero, though it is not required (no `omitempty`)
 *
 * `(FIELD FIELD):NUMBER` is an embedded struct: a message of its own on the wire, whose fields JSON has on the outer level.
 * Lists of kinds are alike everywhere and not listed; a type that stands in no table has no protobuf.
 */
export type FieldNumbers = Readonly<Record<string, string>>;
