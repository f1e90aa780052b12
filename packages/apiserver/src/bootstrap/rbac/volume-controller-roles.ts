import type { rbacv1 } from '@typekube/api';
import { CORE, EVENTS, on, READ, READ_UPDATE, STORAGE } from './rule';

/** The rules of the controllers of volumes, by the name of the service account. */
export const VOLUME_CONTROLLERS: Readonly<Record<string, readonly rbacv1.PolicyRule[]>> = {
  'attachdetach-controller': [
    on(CORE, 'persistentvolumes persistentvolumeclaims', 'list watch'),
    on(CORE, 'nodes', READ),
    on(CORE, 'nodes/status', 'patch update'),
    on(CORE, 'pods', 'list watch'),
    EVENTS,
    on(STORAGE, 'volumeattachments', `${READ} create delete`),
    on(STORAGE, 'csidrivers', READ),
    on(STORAGE, 'csinodes', READ),
  ],
  'expand-controller': [
    on(CORE, 'persistentvolumes', READ_UPDATE),
    on(CORE, 'persistentvolumeclaims/status', 'update patch'),
    on(CORE, 'persistentvolumeclaims', READ),
    EVENTS,
    on(CORE, 'services', 'get'),
  ],
  'ephemeral-volume-controller': [
    on(CORE, 'pods', READ),
    on(CORE, 'pods/finalizers', 'update'),
    on(CORE, 'persistentvolumeclaims', `${READ} create`),
    EVENTS,
  ],
  'persistent-volume-binder': [
    on(CORE, 'persistentvolumes', `${READ} update create delete`),
    on(CORE, 'persistentvolumes/status', 'update'),
    on(CORE, 'persistentvolumeclaims', `${READ} update`),
    on(CORE, 'persistentvolumeclaims/status', 'update'),
    on(CORE, 'pods', `${READ} create delete`),
    on(STORAGE, 'storageclasses', READ),
    on(CORE, 'nodes', 'list watch'),
    EVENTS,
    on(CORE, 'events', 'watch'),
    on(CORE, 'services', 'get'),
  ],
  'pvc-protection-controller': [on(CORE, 'persistentvolumeclaims', `${READ} update`), on(CORE, 'pods', READ), EVENTS],
  'pv-protection-controller': [on(CORE, 'persistentvolumes', `${READ} update`), EVENTS],
  'volumeattributesclass-protection-controller': [
    on(CORE, 'persistentvolumeclaims', READ),
    on(CORE, 'persistentvolumes', READ),
    on(STORAGE, 'volumeattributesclasses', `${READ} update`),
    EVENTS,
  ],
  'selinux-warning-controller': [
    EVENTS,
    on(CORE, 'persistentvolumes', READ),
    on(CORE, 'persistentvolumeclaims', READ),
    on(CORE, 'pods', READ),
    on(STORAGE, 'csidrivers', READ),
  ],
};
