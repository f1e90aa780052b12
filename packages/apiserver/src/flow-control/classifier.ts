import type { flowcontrolv1 } from '@typekube/api';
import type { UserInfo } from '../chain/request-context';
import type { RequestInfo } from '../http/request-info';
import type { Flow, FlowHeaders } from './flow';
import type { FlowStats } from './flow-stats';
import type { PriorityLevel } from './priority-level';
import { matchesRequest, matchesSubject } from './schema-rules';
import { dealHand, hashFlow } from './shuffle-sharding';

export type SchemaObject = Pick<flowcontrolv1.FlowSchema, 'metadata' | 'spec'>;

type Rules = flowcontrolv1.PolicyRulesWithSubjects;

/** A schema in force. */
export interface BoundSchema {
  readonly object: SchemaObject;
  readonly level: PriorityLevel;
  readonly stats: FlowStats;
}

/** The flows of a schema that are remembered; past that they are made anew. */
const MAX_FLOWS = 10_000;

/** A schema with the rules that are for one user. */
interface Candidate {
  readonly schema: SchemaFlows;
  readonly rules: readonly Rules[];
}

/** Finds the flow of a request. Holds one state of the configuration. */
export class Classifier {
  private readonly schemas: readonly SchemaFlows[];
  /** What a user's requests can match; authenticators hand out the same user again and again. */
  private readonly byUser = new WeakMap<UserInfo, readonly Candidate[]>();

  /** `schemas` in the order in which they are tried; the last one takes all that none matches. */
  constructor(schemas: readonly BoundSchema[]) {
    this.schemas = schemas.map((schema) => new SchemaFlows(schema));
  }

  classify(user: UserInfo, info: RequestInfo): Flow {
    let candidates = this.byUser.get(user);
    if (!candidates) this.byUser.set(user, (candidates = this.candidatesOf(user)));
    for (const { schema, rules } of candidates) {
      for (const each of rules) if (matchesRequest(each, info)) return schema.flowOf(user, info);
    }
    return this.schemas.at(-1)!.flowOf(user, info);
  }

  private candidatesOf(user: UserInfo): Candidate[] {
    return this.schemas.flatMap((schema) => {
      const rules = schema.rules.filter((each) => matchesSubject(each, user));
      return rules.length ? [{ schema, rules }] : [];
    });
  }
}

/** One schema's flows, each made once. */
class SchemaFlows {
  readonly rules: readonly Rules[];
  private readonly name: string;
  private readonly method: string | undefined;
  private readonly headers: FlowHeaders;
  private flows = new Map<string, Flow>();

  constructor(private readonly schema: BoundSchema) {
    const { metadata, spec } = schema.object;
    this.name = metadata.name ?? '';
    this.rules = spec?.rules ?? [];
    // Where there is no choice of queues, nobody asks whose request it is.
    this.method = schema.level.queueCount > 1 ? spec?.distinguisherMethod?.type : undefined;
    this.headers = { flowSchemaUid: metadata.uid ?? '', priorityLevelUid: schema.level.uid };
  }

  flowOf(user: UserInfo, { namespace }: RequestInfo): Flow {
    const distinguisher = this.method === 'ByUser' ? user.name : this.method === 'ByNamespace' ? namespace : '';
    const known = this.flows.get(distinguisher);
    if (known) return known;
    if (this.flows.size >= MAX_FLOWS) this.flows = new Map();
    const flow = this.makeFlow(distinguisher);
    this.flows.set(distinguisher, flow);
    return flow;
  }

  private makeFlow(distinguisher: string): Flow {
    const { level, stats } = this.schema;
    const { queueCount, handSize } = level;
    const hand = queueCount > 0 ? dealHand(hashFlow(this.name, distinguisher), queueCount, Math.min(handSize, queueCount)) : [];
    return { schema: this.name, distinguisher, level, hand, stats, headers: this.headers };
  }
}
