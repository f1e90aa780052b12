import { readFileSync } from 'node:fs';
import type { certificatesv1 } from '@typekube/api';
import { certificateSigningRequests, Controller, type Indexer, type ReconcileContext, watching } from '@typekube/client';
import { isPair, type KeyPair, type KeyPairPaths, reloadKeyPair } from '@typekube/component-base';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import type { CertificateSigningRequest } from '../shared/objects';
import { messageOf } from '../shared/pod-control';
import { retryConflicts } from '../shared/retry-conflicts';
import { parseCertificateRequest } from './certificate-request';
import { endOfAuthority, issueCertificate } from './issue';
import { planCertificate } from './plan-certificate';
import { requestProblem } from './plan-request';
import { planSigners, type SignerPlan, type SigningFiles } from './plan-signers';
import { hasTrueCondition, isApproved, isWithoutCertificate } from './requests';

export interface SigningOptions extends SigningFiles {
  readonly clusterSigningDuration: number;
}

/** Signs what is approved. Undefined where no authority is given to sign with. */
export function signingController(deps: ControllerDeps, options: SigningOptions): Runnable | undefined {
  const plans = planSigners(options);
  if (plans.length === 0) return undefined;
  const signers = plans.map((plan) => signerOf(plan, deps, options.clusterSigningDuration));
  return {
    run: async (signal) => {
      await Promise.all(signers.map((signer) => signer.run(signal)));
    },
  };
}

/** One signer, with an authority that may be renewed while it works. */
function signerOf(plan: SignerPlan, deps: ControllerDeps, longestMilliseconds: number): Runnable {
  const informer = deps.informers.for(certificateSigningRequests);
  let authority = readAuthority(plan);
  const signer = new Signer({ plan, deps, requests: informer.indexer, authority: () => authority, longestMilliseconds });
  const controller = new Controller({
    name: plan.name,
    watches: [watching(informer, { when: ({ type }) => type !== 'deleted' })],
    reconcile: retryConflicts(signer.reconcile),
    workers: 5,
    metrics: deps.metrics(plan.name),
    logger: deps.logger,
    clock: deps.clock,
  });
  const onError = (error: unknown): void => deps.logger.error('The authority cannot be read; the former one stays in use', error, { signer: plan.signer });
  return {
    async run(signal) {
      const reloading = reloadKeyPair(plan.files, (pair) => (authority = pair), { signal, clock: deps.clock, onError });
      await Promise.all([controller.run(signal), reloading]);
    },
  };
}

/** @throws where a file is missing, or the key is not that of the certificate: the controller manager does not start then. */
function readAuthority({ signer, files }: SignerPlan): KeyPair {
  try {
    const pair = readPair(files);
    if (!isPair(pair)) throw new Error(`the key in ${files.keyFile} does not belong to the certificate in ${files.certFile}`);
    return pair;
  } catch (cause) {
    throw new Error(`failed to start ${signer} certificate controller: ${messageOf(cause)}`, { cause });
  }
}

function readPair({ certFile, keyFile }: KeyPairPaths): KeyPair {
  return { certificate: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}

interface SignerWorld {
  readonly plan: SignerPlan;
  readonly deps: ControllerDeps;
  readonly requests: Indexer<certificatesv1.CertificateSigningRequest>;
  readonly authority: () => KeyPair;
  readonly longestMilliseconds: number;
}

class Signer {
  constructor(private readonly world: SignerWorld) {}

  readonly reconcile = async (key: string, { signal }: ReconcileContext): Promise<void> => {
    const request = this.world.requests.get(key);
    if (!request || !this.isOurs(request)) return;
    const parsed = await parseCertificateRequest(request.spec.request);
    const problem = requestProblem(this.world.plan.signer, parsed, request.spec.usages ?? []);
    if (problem !== undefined) return this.refuse(request, problem, signal);
    const certificate = await this.sign(request, parsed);
    await this.write(request, { ...request.status, certificate: Buffer.from(certificate).toString('base64') }, signal);
  };

  private isOurs(request: CertificateSigningRequest): boolean {
    if (request.spec.signerName !== this.world.plan.signer) return false;
    return isWithoutCertificate(request) && isApproved(request) && !hasTrueCondition(request, 'Failed');
  }

  private sign({ spec }: CertificateSigningRequest, parsed: Awaited<ReturnType<typeof parseCertificateRequest>>): Promise<string> {
    const authority = this.world.authority();
    const { usages = [], expirationSeconds } = spec;
    const plan = planCertificate({
      usages,
      expirationSeconds,
      longestMilliseconds: this.world.longestMilliseconds,
      signerNotAfter: endOfAuthority(authority),
      now: this.world.deps.clock.now(),
    });
    return issueCertificate(authority, parsed, plan);
  }

  /** It can never be signed: another try would not mend it. */
  private refuse(request: CertificateSigningRequest, message: string, signal: AbortSignal): Promise<void> {
    const failed = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message };
    return this.write(request, { ...request.status, conditions: [...(request.status?.conditions ?? []), failed] }, signal);
  }

  private async write(request: CertificateSigningRequest, status: CertificateSigningRequest['status'], signal: AbortSignal): Promise<void> {
    await this.world.deps.client.for(certificateSigningRequests).updateStatus({ ...request, ...(status && { status }) }, { signal });
  }
}
