import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import { pressureRefusal } from '../eviction/pressure-admission';
import type { Pressure } from '../eviction/signals';
import { type Pod, specOf } from '../objects';
import { type NodeRules, type Refusal, refusalOf } from '../pod/admit';
import { errorText } from '../program';
import { type AdmittingNode, DESCRIPTIONS, type Failure, failuresOf, type Mismatch, type Shortage, shortagesOf } from './predicates';
import { isCritical, podsToPreempt } from './preemption';
import { amountsOf } from './requests';

type Node = DeepReadonly<corev1.Node>;

export interface AdmissionOptions {
  readonly name: string;
  /** The labels that it registers with: what is known of it as long as the API has told nothing. */
  readonly labels: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly rules: NodeRules;
  /** What the node runs short of. */
  readonly pressures: () => readonly Pressure[];
  /** The node as the API has told it last. */
  readonly node: () => Node | undefined;
  /** The same, asked for now; rejects where the API does not answer. */
  readonly fetchNode: () => Promise<Node>;
}

/** A pod that holds part of the node. */
export interface HoldingPod {
  readonly pod: Pod;
  /** Resolves when it holds it no more. */
  preempt(): Promise<void>;
}

export interface AdmissionRequest {
  readonly pod: Pod;
  /** As they are at the moment. */
  readonly others: () => readonly HoldingPod[];
  /** From now on the pod is one of them. */
  readonly hold: () => void;
}

/** A resize that is not given: never on this node, or not as long as others need what they have. */
export interface ResizeRefusal {
  readonly reason: 'Infeasible' | 'Deferred';
  readonly message: string;
}

/** Decides whether the node runs a pod that was given to it: others than the scheduler may have done so, and it may have known too little. */
export class NodeAdmission {
  constructor(private readonly options: AdmissionOptions) {}

  /** Undefined where it does. Of two pods for one place, the one that asked first has it. */
  async decide({ pod, others, hold }: AdmissionRequest): Promise<Refusal | undefined> {
    const refusal = pressureRefusal(pod, this.options.pressures()) ?? refusalOf(pod, this.options.rules) ?? wrongSystem(pod);
    if (refusal) return refusal;
    const judge = (node: Node | undefined): Failure[] => {
      const failures = failuresOf(pod, others().map((other) => other.pod), this.viewOf(node));
      if (failures.length === 0) hold();
      return failures;
    };
    let failures = judge(this.options.node());
    // Its labels may have changed just now.
    if (failures.length > 0 && failures.every(isAffinity)) failures = judge(await this.options.fetchNode().catch(() => this.options.node()));
    if (failures.length === 0) return undefined;
    const mismatches = failures.filter(isMismatch);
    if (!isCritical(pod)) return refusalFor(failures);
    return mismatches.length > 0 ? refusalFor(mismatches) : this.makeRoom({ pod, others, hold }, failures.filter(isShortage));
  }

  /** Why a pod that runs here cannot have what it asks for now; undefined: it can. (canResizePod) */
  judgeResize(pod: Pod, others: readonly Pod[]): ResizeRefusal | undefined {
    const node = this.viewOf(this.options.node());
    const [tooMuch] = shortagesOf(pod, [], node.allocatable).filter(({ resource }) => resource === 'cpu' || resource === 'memory');
    if (tooMuch) {
      const { resource, requested, capacity } = tooMuch;
      return { reason: 'Infeasible', message: `Node didn't have enough capacity: ${resource}, requested: ${requested}, capacity: ${capacity}` };
    }
    const refusal = refusalFor(shortagesOf(pod, others, node.allocatable));
    return refusal && { reason: 'Deferred', message: refusal.message };
  }

  /** Others end before a pod that the node cannot be without is refused. */
  private async makeRoom({ pod, others, hold }: AdmissionRequest, shortages: readonly Shortage[]): Promise<Refusal | undefined> {
    const holding = others();
    try {
      const victims = podsToPreempt(pod, holding.map((other) => other.pod), shortages);
      hold();
      await Promise.all(holding.filter((other) => victims.includes(other.pod)).map((victim) => victim.preempt()));
      return undefined;
    } catch (error) {
      const why = `preemption: error finding a set of pods to preempt: ${errorText(error)}`;
      return { reason: 'UnexpectedAdmissionError', message: `Unexpected error while attempting to recover from admission failure: ${why}` };
    }
  }

  private viewOf(node: Node | undefined): AdmittingNode {
    const { name, labels, allocatable } = this.options;
    return {
      name,
      labels: { ...labels, ...node?.metadata.labels },
      taints: node?.spec?.taints ?? [],
      allocatable: amountsOf({ ...node?.status?.allocatable, ...allocatable }),
    };
  }
}

function wrongSystem(pod: Pod): Refusal | undefined {
  const label = pod.metadata.labels?.['kubernetes.io/os'];
  if (label !== undefined && label !== 'linux') {
    const message = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label";
    return { reason: 'PodOSSelectorNodeLabelDoesNotMatch', message };
  }
  const { os } = specOf(pod);
  if (os && os.name !== 'linux') return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
  return undefined;
}

/** Of several reasons the first is told. */
function refusalFor([first]: readonly Failure[]): Refusal | undefined {
  if (!first) return undefined;
  if (isMismatch(first)) return { reason: first.predicate, message: `Predicate ${first.predicate} failed: ${DESCRIPTIONS[first.predicate]}` };
  const { resource, requested, used, capacity } = first;
  const message = `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${resource}`, message };
}

function isMismatch(failure: Failure): failure is Mismatch {
  return 'predicate' in failure;
}

function isShortage(failure: Failure): failure is Shortage {
  return 'resource' in failure;
}

function isAffinity(failure: Failure): boolean {
  return isMismatch(failure) && failure.predicate === 'NodeAffinity';
}
