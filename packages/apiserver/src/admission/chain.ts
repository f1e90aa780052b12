import type { AdmissionAttributes, AdmissionOperation, AdmissionPlugin, AdmissionResource, AdmissionTarget } from './admission';
import type { AdmissionMetrics } from './metrics';

type Step = (attributes: AdmissionAttributes) => void | Promise<void>;

/** The plugins for one sort of write. A half is undefined where no plugin has anything to do. */
export interface CompiledChain {
  readonly admit: Step | undefined;
  readonly validate: Step | undefined;
}

/** Runs the plugins in their order: all that mutate before the object is validated, all that only judge after. */
export class AdmissionChain {
  private readonly compiled = new WeakMap<AdmissionResource['definition'], Map<string, CompiledChain>>();

  constructor(
    private readonly plugins: readonly AdmissionPlugin[],
    private readonly metrics?: Pick<AdmissionMetrics, 'observeStep' | 'observeHalf'>,
  ) {}

  /** Compiled when first asked for. */
  for(operation: AdmissionOperation, resource: AdmissionResource, subresource: string): CompiledChain {
    let chains = this.compiled.get(resource.definition);
    if (!chains) this.compiled.set(resource.definition, (chains = new Map()));
    const key = `${operation}/${subresource}`;
    let chain = chains.get(key);
    if (!chain) chains.set(key, (chain = this.compile({ operation, resource, subresource })));
    return chain;
  }

  private compile(target: AdmissionTarget): CompiledChain {
    const plugins = this.plugins.filter((plugin) => plugin.handles(target));
    const steps = (type: 'admit' | 'validate'): Step[] =>
      plugins.flatMap((plugin) => {
        const run = plugin[type]?.bind(plugin);
        if (!run) return [];
        return [this.metrics?.observeStep(run, { name: plugin.name, type, operation: target.operation }) ?? run];
      });
    const half = (type: 'admit' | 'validate', all: readonly Step[], run: Step): Step | undefined => {
      return all.length ? (this.metrics?.observeHalf(run, { type, operation: target.operation }) ?? run) : undefined;
    };
    const [admit, validate] = [steps('admit'), steps('validate')];
    return {
      admit: half('admit', admit, (attributes) => runTwiceIfAsked(admit, attributes)),
      validate: half('validate', validate, (attributes) => runFrom(validate, 0, attributes)),
    };
  }
}

/** For what the server writes on behalf of a request that was admitted already. */
export const NO_ADMISSION = new AdmissionChain([]);

function runTwiceIfAsked(steps: readonly Step[], attributes: AdmissionAttributes): void | Promise<void> {
  const again = (): void | Promise<void> => {
    if (attributes.reinvocation.begin()) return runFrom(steps, 0, attributes);
  };
  const waiting = runFrom(steps, 0, attributes);
  return waiting ? waiting.then(again) : again();
}

/** A promise only if one of them needs to wait. */
function runFrom(steps: readonly Step[], first: number, attributes: AdmissionAttributes): void | Promise<void> {
  for (let i = first; i < steps.length; i += 1) {
    const waiting = steps[i]!(attributes);
    if (waiting) return waiting.then(() => runFrom(steps, i + 1, attributes));
  }
}
