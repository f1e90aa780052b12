interface Size {
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
}

/** They overlap, so that a cluster at the edge does not go to and fro. */
const SIZES: readonly Size[] = [
  { from: 0, to: 100, seconds: 0 },
  { from: 90, to: 500, seconds: 15 },
  { from: 450, to: 1000, seconds: 30 },
  { from: 900, to: 2000, seconds: 60 },
  { from: 1800, to: Infinity, seconds: 300 },
];

/** For how long kubelets may keep secrets and config maps, in a cluster of so many nodes: `current` as long as it fits. */
export function planTtl(nodes: number, current: number): number {
  const at = Math.max(0, SIZES.findIndex(({ seconds }) => seconds === current));
  const fits = ({ from, to }: Size): boolean => nodes >= from && nodes <= to;
  // It grows to the first that fits from here on, and shrinks to the last before.
  const next = SIZES.slice(at).find(fits) ?? SIZES.slice(0, at).findLast(fits);
  return next?.seconds ?? current;
}
