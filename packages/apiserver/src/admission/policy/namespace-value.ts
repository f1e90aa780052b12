import type { Value } from '@typekube/cel';
import type { KubeObject } from '@typekube/apimachinery';
import { isJsonObject, newNotFound } from '@typekube/apimachinery';
import type { AdmissionAttributes } from '../admission';
import type { ObjectSource } from '../object-source';
import { cel } from '../../cel/cel';

/** The variable `namespaceObject`: null for what is in no namespace. */
export async function namespaceValue({ namespace, resource }: AdmissionAttributes, namespaces: ObjectSource<KubeObject>): Promise<Value> {
  if (!namespace || !resource.namespaced) return null;
  const found = await namespaces.find('', namespace);
  if (!found) throw newNotFound({ group: '', resource: 'namespaces' }, namespace);
  const { metadata } = found;
  const { uid, ...rest } = metadata;
  return cel().NAMESPACE.fromJson({ ...found, metadata: { ...(isJsonObject(rest) ? rest : {}), ...(uid !== undefined && { UID: uid }) } });
}
