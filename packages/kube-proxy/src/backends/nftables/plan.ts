import type { PortState } from '../../model/changes';
import { servicePortText } from '../../model/services';
import type { PlanContext } from './context';
import { baseChains, baseSets } from './plan-base';
import { planServicePort, type ServicePlan } from './plan-service';
import type { Chain, Element, NftSet, Ruleset } from './ruleset';

/** A ruleset, and what of it the metrics tell. */
export interface Plan {
  readonly ruleset: Ruleset;
  /** How many ports have endpoints, but none on this node where their policy is Local. */
  readonly lackingLocal: { readonly internal: number; readonly external: number };
}

/**
 * Makes the whole ruleset of a family. Pure but for what it remembers: the plan of a port is made once for each state of the
 * port, so that a change costs what that change is worth.
 */
export class Planner {
  private known = new WeakMap<PortState, ServicePlan>();
  private context: PlanContext | undefined;

  /** Pass the same context object as long as it has not changed. */
  plan(ports: readonly PortState[], context: PlanContext): Plan {
    if (context !== this.context) this.known = new WeakMap();
    this.context = context;
    const plans = inOrder(ports).map((port) => this.planOf(port, context));
    return {
      ruleset: assemble(plans, context),
      lackingLocal: {
        internal: plans.filter(({ lacksLocal }) => lacksLocal.internal).length,
        external: plans.filter(({ lacksLocal }) => lacksLocal.external).length,
      },
    };
  }

  private planOf(port: PortState, context: PlanContext): ServicePlan {
    const plan = this.known.get(port) ?? planServicePort(port, context);
    this.known.set(port, plan);
    return plan;
  }
}

/** Where two services claim one address and port, the first by name has it, on every node and after every start. */
function inOrder(ports: readonly PortState[]): PortState[] {
  const keyed = ports.map((port) => ({ key: `${servicePortText(port.service)} ${port.service.protocol}`, port }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ port }) => port);
}

function assemble(plans: readonly ServicePlan[], context: PlanContext): Ruleset {
  const elements = new Map<string, Map<string, Element>>();
  for (const [set, key, element] of plans.flatMap((plan) => plan.elements)) {
    const members = elements.get(set) ?? new Map<string, Element>();
    if (!members.has(key)) members.set(key, element);
    elements.set(set, members);
  }
  const chains = new Map<string, Chain>(baseChains(context));
  const sets = new Map<string, NftSet>(baseSets(context, elements));
  for (const plan of plans) {
    for (const [name, chain] of plan.chains) chains.set(name, chain);
    for (const [name, set] of plan.sets) sets.set(name, set);
  }
  return { family: context.family, chains, sets };
}
