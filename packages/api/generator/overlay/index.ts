import { admissionregistration } from './admissionregistration.js';
import { apiextensions } from './apiextensions.js';
import { apiregistration } from './apiregistration.js';
import { apiserverinternal } from './apiserverinternal.js';
import { apps } from './apps.js';
import { authentication } from './authentication.js';
import { authorization } from './authorization.js';
import { autoscaling } from './autoscaling.js';
import { batch } from './batch.js';
import { certificates } from './certificates.js';
import { core } from './core.js';
import { discovery } from './discovery.js';
import { flowcontrol } from './flowcontrol.js';
import { meta } from './meta.js';
import { networking } from './networking.js';
import { node } from './node.js';
import { policy } from './policy.js';
import { rbac } from './rbac.js';
import { resource } from './resource.js';
import { scheduling } from './scheduling.js';
import { storage } from './storage.js';
import { storagemigration } from './storagemigration.js';
import type { Overlay } from './overlay.js';

/** The facts of every Go package that has some, by the package's name. */
export const OVERLAYS: Readonly<Record<string, Overlay>> = {
  admissionregistration,
  apiextensions,
  apiregistration,
  apiserverinternal,
  apps,
  authentication,
  authorization,
  autoscaling,
  batch,
  certificates,
  core,
  discovery,
  flowcontrol,
  meta,
  networking,
  node,
  policy,
  rbac,
  resource,
  scheduling,
  storage,
  storagemigration,
};
