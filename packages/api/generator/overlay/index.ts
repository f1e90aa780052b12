import { admissionregistration } from './admissionregistration';
import { apiextensions } from './apiextensions';
import { apiregistration } from './apiregistration';
import { apiserverinternal } from './apiserverinternal';
import { apps } from './apps';
import { authentication } from './authentication';
import { authorization } from './authorization';
import { autoscaling } from './autoscaling';
import { batch } from './batch';
import { certificates } from './certificates';
import { core } from './core';
import { discovery } from './discovery';
import { flowcontrol } from './flowcontrol';
import { meta } from './meta';
import { networking } from './networking';
import { node } from './node';
import { policy } from './policy';
import { rbac } from './rbac';
import { resource } from './resource';
import { scheduling } from './scheduling';
import { storage } from './storage';
import { storagemigration } from './storagemigration';
import type { Overlay } from './overlay';

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
