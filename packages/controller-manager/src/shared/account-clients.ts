import { Client, serviceAccounts, type TransportOptions } from '@typekube/client';
import type { Clock } from '@typekube/component-base';
import { AccountToken } from './account-token';

export interface AccountClientsOptions extends TransportOptions {
  /** Who the controller manager itself is: it makes the accounts and asks for their tokens. */
  readonly client: Client;
  readonly clock: Clock;
}

const NAMESPACE = 'kube-system';

/** Clients that act as service accounts in kube-system, so that each controller has the rights of its own role and no more. */
export class AccountClients {
  private readonly clients = new Map<string, Client>();

  constructor(private readonly options: AccountClientsOptions) {}

  /** Two controllers of one account share its client. Nothing is asked for before its first request. */
  clientOf(account: string): Client {
    let client = this.clients.get(account);
    if (!client) this.clients.set(account, (client = this.makeClient(account)));
    return client;
  }

  [Symbol.dispose](): void {
    for (const client of this.clients.values()) client.close();
  }

  private makeClient(account: string): Client {
    const { client, clock, ...transport } = this.options;
    const { certificate: _certificate, key: _key, ...tls } = client.config.tls;
    const source = new AccountToken({ accounts: client.for(serviceAccounts, NAMESPACE), namespace: NAMESPACE, account, clock });
    const component = `${transport.component}/${account}`;
    return new Client({ ...client.config, tls, auth: { type: 'token-source', source } }, { ...transport, component });
  }
}
