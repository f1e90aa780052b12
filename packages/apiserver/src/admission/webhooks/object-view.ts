import { getSchema, hasSchema, schemaOf, type ServedVersion } from '@typekube/api';
import { type KubeObject, newInternalError, type Schema } from '@typekube/apimachinery';
import { decodeAs } from '../../http/decode-object';
import { cloneObject } from '../../registry/clone-object';
import { scaleOf } from '../../subresources/scale';
import type { AdmissionAttributes } from '../admission';
import type { Form } from './equivalents';

/** A kind, with where it belongs. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** How others see the objects of a write, in one version. */
export interface ObjectView {
  readonly kind: GroupVersionKind;
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  /** Of the kind; undefined where upstream's API describes none, as of the options of a connection. */
  readonly schema: Schema | undefined;
  /** A promise only where a conversion webhook is asked. */
  show(object: KubeObject): object | Promise<object>;
  /** Takes over what others have made of what they were shown. */
  takeOver(changed: Readonly<Record<string, unknown>>, object: KubeObject): void | Promise<void>;
}

export function viewOf({ subresource }: Pick<AdmissionAttributes, 'subresource'>, form: Form): ObjectView {
  const { definition, version } = form;
  const resource = { group: definition.group, version, resource: definition.plural };
  return { resource, ...shapeOf(form, subresource) };
}

function shapeOf(form: Form, subresource: string): Omit<ObjectView, 'resource'> {
  const part = form.definition.subresources[subresource];
  if (part?.type === 'scale') return { kind: SCALE, schema: getSchema('io.k8s.api.autoscaling.v1.Scale'), show: (object) => scaleOf(part, object), takeOver: takeOverScale(part.setReplicas.bind(part)) };
  if (part?.type === 'action') return actionView(part.kind);
  return versionView(form);
}

const SCALE: GroupVersionKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

function takeOverScale(setReplicas: (object: KubeObject, replicas: number) => void): ObjectView['takeOver'] {
  return (changed, object) => {
    const { replicas = 0 } = (changed['spec'] ?? {}) as { replicas?: number };
    if (!Number.isSafeInteger(replicas)) throw newInternalError(new Error('spec.replicas of the patched Scale is no integer'));
    setReplicas(object, replicas);
  };
}

/** What is not stored has one form; of a connection it is the options, which have no metadata. */
function actionView(kind: GroupVersionKind): Omit<ObjectView, 'resource'> {
  const isOptions = kind.kind.endsWith('Options');
  return {
    kind,
    schema: schemaOfAction(kind),
    show: (object) => (isOptions ? withoutMetadata(object) : object),
    takeOver: (changed, object) => replaceContents(object, isOptions ? { metadata: {}, ...changed } : changed),
  };
}

function schemaOfAction({ group, version, kind }: GroupVersionKind): Schema | undefined {
  const name = `io.k8s.api.${group.split('.')[0] || 'core'}.${version}.${kind}`;
  return hasSchema(name) ? getSchema(name) : undefined;
}

function withoutMetadata({ metadata: _metadata, ...rest }: KubeObject): object {
  return rest;
}

function versionView({ definition, version: name, conversion: asked }: Form): Omit<ObjectView, 'resource'> {
  const served: ServedVersion | undefined = definition.versions.find(({ version }) => version === name);
  if (!served) throw newInternalError(new Error(`unable to convert to ${definition.group}/${name}: unknown kind`));
  const { group, kind } = definition;
  const apiVersion = group ? `${group}/${name}` : name;
  const conversion = asked ?? served.conversion;
  return {
    kind: { group, version: name, kind },
    schema: schemaOf(served),
    show(object) {
      const shown = conversion ? conversion.fromStorage(cloneObject(object)) : object;
      return shown instanceof Promise ? shown.then((late) => ({ ...late, kind, apiVersion })) : { ...shown, kind, apiVersion };
    },
    takeOver(changed, object) {
      const body = { value: changed, duplicateFields: () => [] };
      const decoded = decodeAs({ apiVersion, kind, schema: schemaOf(served) }, body, 'Ignore', () => undefined);
      served.setDefaults?.(decoded);
      const taken = conversion ? conversion.toStorage(decoded) : decoded;
      return taken instanceof Promise ? taken.then((late) => replaceContents(object, late)) : replaceContents(object, taken);
    },
  };
}

/** The object keeps its identity: those who hold it see the change. */
function replaceContents(target: KubeObject, source: object): void {
  for (const field of Object.keys(target)) if (!Object.hasOwn(source, field)) delete target[field as keyof KubeObject];
  Object.assign(target, source);
}
