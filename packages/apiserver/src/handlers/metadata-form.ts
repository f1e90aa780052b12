import { newNotAcceptable } from '@typekube/apimachinery';
import type { ResourceDefinition } from '@typekube/api';
import type { Accepted } from '../http/negotiate';

/** A list has its own form of PartialObjectMetadata; who asks for the other one is told what he would get, in Go's words. */
export function checkListForm(definition: ResourceDefinition, { as, isList }: Accepted): void {
  if (as !== 'PartialObjectMetadata' || isList) return;
  throw newNotAcceptable(`you requested PartialObjectMetadata, but the requested object is a list (${goType(definition, definition.listKind)})`);
}

function goType({ group, custom }: ResourceDefinition, kind: string): string {
  return custom ? '*unstructured.UnstructuredList' : `*${group.split('.', 1)[0] || 'core'}.${kind}`;
}
