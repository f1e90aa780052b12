import { booleanFlag, choiceFlag, durationFlag, inputFileFlag, integerFlag, numberFlag, optionalStringFlag, section } from '@typekube/component-base';

const MODES = ['batch', 'blocking', 'blocking-strict'] as const;
const MODE_HELP = 'Strategy for sending audit events. Blocking indicates sending events should block server responses. Batch causes the backend to buffer and write events asynchronously. Known modes are batch,blocking,blocking-strict.';
const BUFFER_HELP = 'The size of the buffer to store events before batching and writing. Only used in batch mode.';
const SIZE_HELP = 'The maximum size of a batch. Only used in batch mode.';
const WAIT_HELP = "The amount of time to wait before force writing the batch that hadn't reached the max size. Only used in batch mode.";
const THROTTLE_HELP = 'Whether batching throttling is enabled. Only used in batch mode.';
const QPS_HELP = 'Maximum average number of batches per second. Only used in batch mode.';
const BURST_HELP = 'Maximum number of requests sent at the same moment if ThrottleQPS was not utilized before. Only used in batch mode.';
const TRUNCATE_HELP = 'Whether event and batch truncating is enabled.';
const TRUNCATE_BATCH_HELP = 'Maximum size of the batch sent to the underlying backend. Actual serialized size can be several hundreds of bytes greater. If a batch exceeds this limit, it is split into several batches of smaller size.';
const TRUNCATE_EVENT_HELP = 'Maximum size of the audit event sent to the underlying backend. If the size of an event is greater than this number, first request and response are removed, and if this doesn\'t reduce the size enough, event is discarded.';
const VERSIONS = ['audit.k8s.io/v1'] as const;
const MAX_BATCH_BYTES = 10 * 1024 * 1024;
const MAX_EVENT_BYTES = 100 * 1024;

export const audit = section('Auditing', {
  auditPolicyFile: inputFileFlag({ help: 'Path to the file that defines the audit policy configuration.' }),
  auditLogPath: optionalStringFlag({ help: "If set, all requests coming to the apiserver will be logged to this file. '-' means standard out." }),
  auditLogFormat: choiceFlag({ default: 'json', choices: ['json', 'legacy'], help: 'Format of saved audits. "legacy" indicates 1-line text format for each event. "json" indicates structured json format. Known formats are legacy,json.' }),
  auditLogMaxage: integerFlag({ default: 366, help: 'The maximum number of days to retain old audit log files based on the timestamp encoded in their filename. 0 for no limit.' }),
  auditLogMaxbackup: integerFlag({ default: 100, help: 'The maximum number of old audit log files to retain. Setting a value of 0 will mean there\'s no restriction on the number of files.' }),
  auditLogMaxsize: integerFlag({ default: 100, help: 'The maximum size in megabytes of the audit log file before it gets rotated. 0 for no limit.' }),
  auditLogCompress: booleanFlag({ default: false, help: 'If set, the rotated log files will be compressed using gzip.' }),
  auditLogMode: choiceFlag({ default: 'blocking', choices: MODES, help: MODE_HELP }),
  auditLogBatchBufferSize: integerFlag({ default: 10_000, help: BUFFER_HELP }),
  auditLogBatchMaxSize: integerFlag({ default: 1, help: SIZE_HELP }),
  auditLogBatchMaxWait: durationFlag({ default: 0, help: WAIT_HELP }),
  auditLogBatchThrottleEnable: booleanFlag({ default: false, help: THROTTLE_HELP }),
  auditLogBatchThrottleQps: numberFlag({ default: 0, help: QPS_HELP }),
  auditLogBatchThrottleBurst: integerFlag({ default: 0, help: BURST_HELP }),
  auditLogTruncateEnabled: booleanFlag({ default: false, help: TRUNCATE_HELP }),
  auditLogTruncateMaxBatchSize: integerFlag({ default: MAX_BATCH_BYTES, help: TRUNCATE_BATCH_HELP }),
  auditLogTruncateMaxEventSize: integerFlag({ default: MAX_EVENT_BYTES, help: TRUNCATE_EVENT_HELP }),
  auditLogVersion: choiceFlag({ default: 'audit.k8s.io/v1', choices: VERSIONS, help: 'API group and version used for serializing audit events written to log.' }),
  auditWebhookConfigFile: inputFileFlag({ help: 'Path to a kubeconfig formatted file that defines the audit webhook configuration.' }),
  auditWebhookMode: choiceFlag({ default: 'batch', choices: MODES, help: MODE_HELP }),
  auditWebhookInitialBackoff: durationFlag({ default: 10_000, help: 'The amount of time to wait before retrying the first failed request.' }),
  auditWebhookBatchBufferSize: integerFlag({ default: 10_000, help: BUFFER_HELP }),
  auditWebhookBatchMaxSize: integerFlag({ default: 400, help: SIZE_HELP }),
  auditWebhookBatchMaxWait: durationFlag({ default: 30_000, help: WAIT_HELP }),
  auditWebhookBatchThrottleEnable: booleanFlag({ default: true, help: THROTTLE_HELP }),
  auditWebhookBatchThrottleQps: numberFlag({ default: 10, help: QPS_HELP }),
  auditWebhookBatchThrottleBurst: integerFlag({ default: 15, help: BURST_HELP }),
  auditWebhookTruncateEnabled: booleanFlag({ default: false, help: TRUNCATE_HELP }),
  auditWebhookTruncateMaxBatchSize: integerFlag({ default: MAX_BATCH_BYTES, help: TRUNCATE_BATCH_HELP }),
  auditWebhookTruncateMaxEventSize: integerFlag({ default: MAX_EVENT_BYTES, help: TRUNCATE_EVENT_HELP }),
  auditWebhookVersion: choiceFlag({ default: 'audit.k8s.io/v1', choices: VERSIONS, help: 'API group and version used for serializing audit events written to webhook.' }),
});
