import { fieldErrorMessage } from '@typekube/apimachinery';
import { CA_CERTIFICATE_PEM, CERTIFICATE_REQUEST_PEM } from '../../../samples/certificates';
import type { certificatesv1 } from '../../../types';
import { approvalStrategy, statusStrategy, strategy } from './strategy';
import { validateCertificateSigningRequest } from './validate';

type Request = certificatesv1.CertificateSigningRequest;

const CONTEXT = { user: { name: 'jane', groups: ['dev'], extra: { team: ['a'] } }, now: new Date('2026-01-02T03:04:05.678Z') };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function request(spec: Partial<certificatesv1.CertificateSigningRequestSpec> = {}, status?: Request['status']): Request {
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'r' },
    spec: { request: base64(CERTIFICATE_REQUEST_PEM), signerName: 'example.com/s', usages: ['client auth'], ...spec },
    ...(status && { status }),
  };
}

const APPROVED = { type: 'Approved', status: 'True' };
const tampered = CERTIFICATE_REQUEST_PEM.replace('MIHWMH8CAQAwHTENMAsGA1UEAwwEamFuZT', 'MIHWMH8CAQAwHTENMAsGA1UEAwwEamFuZj');

it.each([
  ['system:node/1', ["may not contain '/'"]],
  ['system:node:1', []],
])('the name %s must fit into a path', (name, problems) => {
  expect(strategy.validateName?.(name, false)).toEqual(problems);
});

describe('validateCertificateSigningRequest', () => {
  it.each<[string, Request, string[]]>([
    ['a signed request', request(), []],
    ['no usages', request({ usages: [] }), ['spec.usages: Required value']],
    ['a usage twice', request({ usages: ['any', 'any'] }), ['spec.usages[1]: Duplicate value: "any"']],
    ['no signer', request({ signerName: '' }), ['spec.signerName: Required value']],
    [
      'a signer without a path',
      request({ signerName: 'example.com' }),
      [
        `spec.signerName: Invalid value: "example.com": must be a fully qualified domain and path of the form 'example.com/signer-name'`,
      ],
    ],
    [
      'a signer without a domain',
      request({ signerName: 'example/s' }),
      ['spec.signerName: Invalid value: "example": should be a domain with at least two segments separated by dots'],
    ],
    [
      'a short life',
      request({ expirationSeconds: 599 }),
      ['spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)'],
    ],
    [
      'both decisions',
      request({}, { conditions: [APPROVED, { type: 'Denied', status: 'True' }] }),
      ['status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive'],
    ],
    [
      'not approved',
      request({}, { conditions: [{ type: 'Approved', status: 'False' }] }),
      ['status.conditions[0].status: Unsupported value: "False": supported values: "True"'],
    ],
  ])('%s', (_, object, wanted) => {
    expect(validateCertificateSigningRequest(object).map(fieldErrorMessage)).toEqual(wanted);
  });

  it.each([
    ['another kind of PEM', base64(CA_CERTIFICATE_PEM), 'PEM block type must be CERTIFICATE REQUEST'],
    ['nothing', '', 'PEM block type must be CERTIFICATE REQUEST'],
    ['a changed request', base64(tampered), 'x509: signature verification failure'],
  ])('refuses %s', (_, bytes, wanted) => {
    expect(validateCertificateSigningRequest(request({ request: bytes })).map(({ detail }) => detail)).toEqual([wanted]);
  });
});

describe('writing a CertificateSigningRequest', () => {
  it('says who asks, whatever the request says', () => {
    const object = request({ username: 'root', uid: 'x', groups: ['system:masters'] }, { conditions: [APPROVED] });
    strategy.prepareForCreate?.(object, CONTEXT);
    expect(object.spec).toMatchObject({ username: 'jane', groups: ['dev'], extra: { team: ['a'] } });
    expect(object.spec.uid).toBeUndefined();
    expect(object.status).toBeUndefined();
  });

  it('is approved through approval, with times', () => {
    const object = request({ signerName: 'other.com/s' }, { conditions: [APPROVED], certificate: 'AAAA' });
    approvalStrategy.prepareForUpdate?.(object, request(), CONTEXT);
    expect(object).toEqual(
      request({}, { conditions: [{ ...APPROVED, lastUpdateTime: '2026-01-02T03:04:05Z', lastTransitionTime: '2026-01-02T03:04:05Z' }] }),
    );
    expect(approvalStrategy.validateUpdate?.(object, request(), CONTEXT)).toEqual([]);
  });

  it('is not approved through status', () => {
    const errors = statusStrategy.validateUpdate?.(request({}, { conditions: [APPROVED] }), request(), CONTEXT) ?? [];
    expect(errors.map(fieldErrorMessage)).toEqual(['status.conditions: Forbidden: updates may not add a condition of type "Approved"']);
  });

  it('gets its certificate once', () => {
    const issued = request({}, { certificate: base64(CA_CERTIFICATE_PEM) });
    const broken = request({}, { certificate: base64('no certificate') });
    const update = (object: Request, old: Request): string[] =>
      (statusStrategy.validateUpdate?.(object, old, CONTEXT) ?? []).map(fieldErrorMessage);
    expect(update(issued, request())).toEqual([]);
    expect(update(broken, request())).toEqual([
      'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
    ]);
    expect(update(request(), issued)).toEqual(['status.certificate: Forbidden: updates may not modify existing certificate content']);
  });
});
