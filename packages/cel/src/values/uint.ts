/** An unsigned integer of 64 bits; a plain bigint is a signed one. */
export class Uint {
  constructor(readonly value: bigint) {}
}
