import { KubeconfigError } from './kubeconfig';

/** Reads the fields of one mapping of a YAML document, with the place in the error of a field of the wrong type. */
export class FieldReader {
  private constructor(
    private readonly fields: Readonly<Record<string, unknown>>,
    private readonly place: string,
  ) {}

  /** Absent and null count as empty. */
  static of(value: unknown, place: string): FieldReader {
    if (value === undefined || value === null) return new FieldReader({}, place);
    if (typeof value !== 'object' || Array.isArray(value)) throw new KubeconfigError(`${place || 'document'}: must be a mapping`);
    return new FieldReader(Object.fromEntries(Object.entries(value)), place);
  }

  has(name: string): boolean {
    return this.fields[name] !== undefined && this.fields[name] !== null;
  }

  /** A number or a boolean is taken by its text, as Go's YAML reader does where a string is wanted. */
  text(name: string): string {
    return textOf(this.fields[name], this.pathOf(name));
  }

  flag(name: string): boolean {
    const value = this.fields[name] ?? false;
    if (typeof value !== 'boolean') throw new KubeconfigError(`${this.pathOf(name)}: must be true or false`);
    return value;
  }

  child(name: string): FieldReader {
    return FieldReader.of(this.fields[name], this.pathOf(name));
  }

  children(name: string): FieldReader[] {
    return this.items(name).map((item, i) => FieldReader.of(item, `${this.pathOf(name)}[${i}]`));
  }

  texts(name: string): string[] {
    return this.items(name).map((item, i) => textOf(item, `${this.pathOf(name)}[${i}]`));
  }

  /** A mapping of names to lists of texts. */
  textLists(name: string): Record<string, string[]> {
    const child = this.child(name);
    return Object.fromEntries(Object.keys(child.fields).map((key) => [key, child.texts(key)]));
  }

  private items(name: string): readonly unknown[] {
    const value = this.fields[name] ?? [];
    if (!Array.isArray(value)) throw new KubeconfigError(`${this.pathOf(name)}: must be a list`);
    return value;
  }

  private pathOf(name: string): string {
    return this.place ? `${this.place}.${name}` : name;
  }
}

function textOf(value: unknown, place: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new KubeconfigError(`${place}: must be a string`);
}
