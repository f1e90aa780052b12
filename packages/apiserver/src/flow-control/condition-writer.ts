import type { flowcontrolv1 } from '@typekube/api';
import { formatTime, hasReason } from '@typekube/apimachinery';
import type { Clock } from '@typekube/component-base';
import type { SystemClient } from '../bootstrap/system-client';
import type { SchemaCondition } from './digest';

/** Servers that disagree must not write in turns without end: as upstream, six times a minute is the most. */
const MAX_WRITES_PER_MINUTE = 6;
const MINUTE_MS = 60_000;

export const FLOW_SCHEMAS = { group: 'flowcontrol.apiserver.k8s.io', plural: 'flowschemas' };

/** Writes into schemas whether their level is there. */
export class ConditionWriter {
  private readonly writes = new Map<string, number[]>();

  constructor(
    private readonly client: SystemClient,
    private readonly clock: Clock,
  ) {}

  /** Returns whether all have been written: some may have been too often of late. */
  async write(conditions: readonly SchemaCondition[]): Promise<boolean> {
    const now = this.clock.monotonic();
    this.forgetBefore(now - MINUTE_MS);
    let isComplete = true;
    for (const { schema, condition } of conditions) {
      const times = this.writes.get(schema) ?? [];
      if (times.length >= MAX_WRITES_PER_MINUTE) isComplete = false;
      else {
        this.writes.set(schema, [...times, now]);
        await this.writeOne(schema, condition);
      }
    }
    return isComplete;
  }

  private async writeOne(name: string, condition: SchemaCondition['condition']): Promise<void> {
    try {
      await this.client.update<flowcontrolv1.FlowSchema>(FLOW_SCHEMAS, { name }, (schema) => setCondition(schema, condition, this.clock.now()), 'status');
    } catch (error) {
      // It has just been deleted.
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }

  private forgetBefore(time: number): void {
    for (const [schema, times] of this.writes) {
      const recent = times.filter((at) => at > time);
      if (recent.length) this.writes.set(schema, recent);
      else this.writes.delete(schema);
    }
  }
}

function setCondition(schema: flowcontrolv1.FlowSchema, condition: SchemaCondition['condition'], now: number): void {
  const others = schema.status?.conditions?.filter(({ type }) => type !== condition.type) ?? [];
  schema.status = { ...schema.status, conditions: [...others, { ...condition, lastTransitionTime: formatTime(new Date(now)) }] };
}
