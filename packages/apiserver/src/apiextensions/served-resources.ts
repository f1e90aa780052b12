import { type apiextensionsv1, defineCustomResource, isDefinitionCondition, type ResourceDefinition, type ResourceRegistry } from '@typekube/api';
import type { Endpoints } from '../registry/endpoints';

type Definition = apiextensionsv1.CustomResourceDefinition;

export interface ServedResourcesOptions {
  readonly registry: ResourceRegistry;
  readonly endpoints: Endpoints;
}

interface Served {
  readonly definition: ResourceDefinition;
  /** What of the custom resource definition it was made from, as text. */
  readonly madeFrom: string;
}

/** The custom resources that are served: those of established definitions, anew where a definition has changed in what matters. */
export class ServedResources {
  private readonly byName = new Map<string, Served>();

  constructor(private readonly options: ServedResourcesOptions) {}

  /** Brings what is served for a definition in step with it; undefined: it is gone. */
  async follow(name: string, crd: Definition | undefined): Promise<void> {
    if (crd && isDefinitionCondition(crd, 'Established')) await this.serve(name, crd);
    else this.drop(name);
  }

  private async serve(name: string, crd: Definition): Promise<void> {
    const { registry, endpoints } = this.options;
    const known = this.byName.get(name);
    const madeFrom = JSON.stringify([crd.metadata.uid, crd.spec, crd.status?.acceptedNames, crd.metadata.deletionTimestamp !== undefined]);
    if (known?.madeFrom === madeFrom) return;
    const definition = defineCustomResource(crd);
    const present = registry.definition(definition.group, definition.plural);
    // A built-in resource stays what it is, whatever a definition of its name asks for.
    if (present && !present.custom) return;
    await endpoints.addCustom(definition, known?.definition);
    this.byName.set(name, { definition, madeFrom });
  }

  private drop(name: string): void {
    const known = this.byName.get(name);
    if (!known) return;
    this.byName.delete(name);
    this.options.endpoints.removeCustom(known.definition);
  }
}
