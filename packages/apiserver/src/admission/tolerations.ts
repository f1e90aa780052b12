import type { corev1 } from '@typekube/api';

type Toleration = corev1.Toleration;

/** The list with the toleration in it, in the place of one of the same key and effect. */
export function addToleration(tolerations: readonly Toleration[], added: Toleration): Toleration[] {
  const position = tolerations.findIndex((present) => matches(present, added));
  return position < 0 ? [...tolerations, added] : tolerations.map((present, i) => (i === position ? added : present));
}

/** Both lists in one; what another tolerates anyway is left out (tolerations.MergeTolerations). */
export function mergeTolerations(first: readonly Toleration[], second: readonly Toleration[]): Toleration[] {
  const all = [...first, ...second];
  const merged: Toleration[] = [];
  all.forEach((toleration, i) => {
    const isCovered =
      merged.some((other) => isSuperset(other, toleration)) ||
      all.slice(i + 1).some((other) => !isEqual(other, toleration) && isSuperset(other, toleration));
    if (!isCovered) merged.push(toleration);
  });
  return merged;
}

/** Whether every toleration is covered by one of the allowed ones (tolerations.VerifyAgainstWhitelist). */
export function areAllowed(tolerations: readonly Toleration[], allowed: readonly Toleration[]): boolean {
  return tolerations.every((toleration) => allowed.some((one) => isSuperset(one, toleration)));
}

function matches(a: Toleration, b: Toleration): boolean {
  return textOf(a.key) === textOf(b.key) && textOf(a.effect) === textOf(b.effect) && operatorOf(a) === operatorOf(b) && textOf(a.value) === textOf(b.value);
}

function isEqual(a: Toleration, b: Toleration): boolean {
  return matches(a, b) && a.tolerationSeconds === b.tolerationSeconds;
}

/** Whether the first tolerates all that the second does. */
function isSuperset(wide: Toleration, narrow: Toleration): boolean {
  if (isEqual(wide, narrow)) return true;
  const toleratesAnyKey = !wide.key && wide.operator === 'Exists';
  if (textOf(wide.key) !== textOf(narrow.key) && !toleratesAnyKey) return false;
  if (wide.effect && wide.effect !== narrow.effect) return false;
  if (wide.effect === 'NoExecute' && wide.tolerationSeconds !== undefined) {
    if (narrow.tolerationSeconds === undefined || narrow.tolerationSeconds > wide.tolerationSeconds) return false;
  }
  return wide.operator === 'Exists' || (operatorOf(narrow) === 'Equal' && textOf(wide.value) === textOf(narrow.value));
}

function operatorOf({ operator }: Toleration): string {
  return operator || 'Equal';
}

function textOf(text: string | undefined): string {
  return text ?? '';
}
