/**
 * The place of a value inside an object, printed as upstream's `field.Path` does:
 * `spec.containers[0].env[1].name`, `metadata.labels[a/b]`.
 */
export class FieldPath {
  private constructor(
    private readonly parent: FieldPath | undefined,
    private readonly segment: string,
  ) {}

  /** A path that starts at the named field; `FieldPath.of('spec', 'replicas')` is `spec.replicas`. */
  static of(first: string, ...more: string[]): FieldPath {
    return new FieldPath(undefined, first).child(...more);
  }

  child(...names: string[]): FieldPath {
    let path: FieldPath = this;
    for (const name of names) path = new FieldPath(path, `.${name}`);
    return path;
  }

  index(position: number): FieldPath {
    return new FieldPath(this, `[${position}]`);
  }

  key(key: string): FieldPath {
    return new FieldPath(this, `[${key}]`);
  }

  toString(): string {
    return this.parent ? this.parent.toString() + this.segment : this.segment;
  }
}
