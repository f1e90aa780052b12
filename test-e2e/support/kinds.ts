import { builtInDefinitions, type ResourceDefinition } from '@typekube/api';
import { samples } from '@typekube/api/testing';
import type { KubeObject } from '@typekube/apimachinery';

/** A kind in one of its versions, with an object to try it with. */
export interface KindCase {
  /** `apps/v1/Deployment` */
  readonly title: string;
  /** How kubectl is told exactly this version: `deployments.v1.apps`. */
  readonly resource: string;
  /** What kubectl calls an object of it: `deployment.apps/NAME`. */
  readonly printed: string;
  readonly name: string;
  readonly definition: ResourceDefinition;
  readonly byDefault: boolean;
  /** Undefined where the kind cannot be created. */
  readonly sample: KubeObject | undefined;
}

/** Every built-in kind in every version it can be served in. */
export const kindCases: readonly KindCase[] = builtInDefinitions.flatMap((definition) =>
  definition.versions.map(({ version, enabledByDefault }) => {
    const { group, kind, plural } = definition;
    const title = `${group ? `${group}/` : ''}${version}/${kind}`;
    const sample = samples[title];
    const name = sample?.metadata.name ?? '';
    const printed = `${kind.toLowerCase()}${group ? `.${group}` : ''}/${name}`;
    return { title, resource: `${plural}.${version}.${group}`, printed, name, definition, byDefault: enabledByDefault, sample };
  }),
);
