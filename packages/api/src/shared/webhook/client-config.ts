import { type FieldError, type FieldPath, invalid, isDNS1123Subdomain, isValidPortNum, required } from '@typekube/apimachinery';
import { validateWebhookUrl } from './url';

/** The port of a webhook's service where none is given. */
export const DEFAULT_WEBHOOK_PORT = 443;

/** The service behind a webhook, of an admission webhook or a conversion. */
export interface WebhookService {
  name?: string;
  namespace?: string;
  path?: string;
  port?: number;
}

/** Where a webhook is reached: by URL or through a service. */
export interface WebhookClient {
  caBundle?: string;
  service?: WebhookService;
  url?: string;
}

/** Exactly one of URL and service, and that one well formed. */
export function validateWebhookClient(client: WebhookClient | undefined, path: FieldPath): FieldError[] {
  const { url, service } = client ?? {};
  if ((url === undefined) === (service === undefined)) return [required(path, 'exactly one of url or service is required')];
  if (url !== undefined) return validateWebhookUrl(url, path.child('url'));
  return service ? validateWebhookService(service, path.child('service')) : [];
}

/** A service has a name, a namespace, a port and, at most, a path of DNS subdomains (util/webhook ValidateWebhookService). */
export function validateWebhookService(service: WebhookService, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!service.name) errors.push(required(path.child('name')));
  if (!service.namespace) errors.push(required(path.child('namespace')));
  const port = service.port ?? 0;
  const problems = isValidPortNum(port);
  if (problems.length > 0) errors.push(invalid(path.child('port'), port, `port is not valid: ${problems.join(', ')}`));
  return [...errors, ...validateServicePath(service.path ?? '', path.child('path'))];
}

function validateServicePath(urlPath: string, path: FieldPath): FieldError[] {
  if (urlPath === '' || urlPath === '/') return [];
  if (urlPath === '//') return [invalid(path, urlPath, 'segment[0] may not be empty')];
  const errors = urlPath.startsWith('/') ? [] : [invalid(path, urlPath, "must start with a '/'")];
  const steps = urlPath.slice(1).replace(/\/$/, '').split('/');
  return [...errors, ...steps.flatMap((step, i) => stepProblems(step, i).map((problem) => invalid(path, urlPath, problem)))];
}

function stepProblems(step: string, index: number): string[] {
  if (step === '') return [`segment[${index}] may not be empty`];
  return isDNS1123Subdomain(step).map((problem) => `segment[${index}]: ${problem}`);
}

/** Fills in the port of the service. */
export function defaultWebhookClient(client: WebhookClient | undefined): void {
  if (client?.service) client.service.port ??= DEFAULT_WEBHOOK_PORT;
}
