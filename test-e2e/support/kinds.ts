import { builtInDefinitions, type ResourceDefinition } from '@typekube/api';
import { samples } from '@typekube/api/testing';
import type { KubeObject } from '@typekube/apimachinery';

/** A kind in one of its versions, with an object to try it with. */
export interface KindCase {
  /** `apps/v1/Deployment` */
  readonly title: string;
  /** What kubectl calls an object of it: `deployment.apps`. */
  readonly printed: string;
  readonly definition: ResourceDefinition;
  readonly byDefault: boolean;
  /** Undefined where the kind cannot be created. */
  readonly sample: KubeObject | undefined;
}

/** A kind whose sample is created, read and deleted. */
export interface StoredKind extends KindCase {
  readonly sample: KubeObject;
  readonly name: string;
}

/** Every built-in kind in every version it can be served in. */
export const kindCases: readonly KindCase[] = builtInDefinitions.flatMap((definition) =>
  definition.versions.map(({ version, enabledByDefault }) => {
    const { group, kind } = definition;
    const title = `${group ? `${group}/` : ''}${version}/${kind}`;
    return {
      title,
      printed: `${kind.toLowerCase()}${group ? `.${group}` : ''}`,
      definition,
      byDefault: enabledByDefault,
      sample: samples[title],
    };
  }),
);

/** Those of the cases that are kept in the store, in rounds: samples of one round can live at the same time. */
export function roundsOf(cases: readonly KindCase[]): StoredKind[][] {
  const rounds: StoredKind[][] = [];
  for (const { sample, ...kind } of cases) {
    const name = sample?.metadata.name;
    if (!sample || !name || kind.definition.storagePrefix === undefined) continue;
    const isTaken = (round: readonly StoredKind[]): boolean =>
      round.some((other) => other.definition.kind === kind.definition.kind);
    const round = rounds.find((each) => !isTaken(each)) ?? rounds[rounds.push([]) - 1];
    round?.push({ ...kind, sample, name });
  }
  return rounds;
}
