/** Several errors as one text, as upstream's errors.Aggregate: one as it is, more in brackets, each once. */
export function aggregateText(errors: readonly string[]): string {
  const texts = [...new Set(errors)];
  return texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`;
}
