import { newNotAcceptable, StatusError } from '@typekube/apimachinery';
import type { ResourceDefinition } from '@typekube/api';
import type { Accepted } from '../http/negotiate';

/** A list has its own form of PartialObjectMetadata; who asks for the other one is told what he would get, in Go's words. */
export function checkListForm(definition: ResourceDefinition, { as, isList }: Accepted): void {
  if (as !== 'PartialObjectMetadata' || isList) return;
  throw newNotAcceptable(`you requested PartialObjectMetadata, but the requested object is a list (${goType(definition, definition.listKind)})`);
}

/** The same for one object. Upstream takes a custom object for a list until it looks into it. */
export function checkObjectForm(definition: ResourceDefinition, { isList }: Accepted): void {
  if (!isList) return;
  if (definition.custom) throw new StatusError(500, '', 'content is not a list');
  throw newNotAcceptable(`you requested PartialObjectMetadataList, but the requested object is not a list (${goType(definition, definition.kind)})`);
}

function goType({ group, custom }: ResourceDefinition, kind: string): string {
  return custom ? '*unstructured.UnstructuredList' : `*${group.split('.', 1)[0] || 'core'}.${kind}`;
}
