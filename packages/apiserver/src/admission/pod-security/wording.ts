/** `container` or `containers`. */
export function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}

/** `"a", "b"`. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ');
}

/** `container "a"`, `containers "a", "b"`. */
export function containersText(names: readonly string[]): string {
  return `${plural('container', names.length)} ${quoted(names)}`;
}

/** Who set something: `pod and containers "a", "b"`. */
export function settersText(pod: boolean, containers: readonly string[]): string {
  return [...(pod ? ['pod'] : []), ...(containers.length ? [containersText(containers)] : [])].join(' and ');
}

export function sortedUnique(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}
