import type { KubeObject } from '@typekube/apimachinery';
import type { AdmissionResource } from '../admission';
import type { CheckedPod } from './check';

interface Holder {
  readonly spec?: {
    readonly template?: Partial<CheckedPod>;
    readonly jobTemplate?: { readonly spec?: { readonly template?: Partial<CheckedPod> } };
  };
  readonly template?: Partial<CheckedPod>;
}

type FindTemplate = (object: Holder) => Partial<CheckedPod> | undefined;

const inSpec: FindTemplate = ({ spec }) => spec?.template;

/** Kinds that make pods, and where their template stands. */
const TEMPLATES: Readonly<Record<string, FindTemplate>> = {
  replicationcontrollers: inSpec,
  podtemplates: ({ template }) => template,
  'replicasets.apps': inSpec,
  'deployments.apps': inSpec,
  'statefulsets.apps': inSpec,
  'daemonsets.apps': inSpec,
  'jobs.batch': inSpec,
  'cronjobs.batch': ({ spec }) => spec?.jobTemplate?.spec?.template,
};

function keyOf({ groupResource: { group, resource } }: AdmissionResource): string {
  return group ? `${resource}.${group}` : resource;
}

export function hasPodTemplate(resource: AdmissionResource): boolean {
  return Object.hasOwn(TEMPLATES, keyOf(resource));
}

/** The pods that an object makes; undefined where it has no template. */
export function podTemplateOf(resource: AdmissionResource, object: KubeObject): CheckedPod | undefined {
  const template = TEMPLATES[keyOf(resource)]?.(object as Holder);
  return template?.spec && { metadata: template.metadata ?? {}, spec: template.spec };
}
