/* What the scripts beside this use of packages that the type check does not install. */

declare module "oauth2-mock-server" {
  interface MockResponse {
    body: Record<string, string>;
    statusCode: number;
  }
  interface MockService {
    on(event: "beforeTokenSigning", heard: (token: { payload: Record<string, unknown> }) => void): void;
    on(event: "beforeResponse" | "beforeUserinfo", heard: (response: MockResponse) => void): void;
  }
  export class OAuth2Server {
    issuer: { keys: { generate(algorithm: string): Promise<unknown> } };
    service: MockService;
    start(port: number, host: string): Promise<void>;
  }
}

declare module "oidc-provider" {
  interface Configuration {
    clients: { client_id: string; client_secret: string; redirect_uris: string[] }[];
    pkce: { required(): boolean };
    claims: Record<string, string[]>;
    findAccount(context: unknown, id: string): { accountId: string; claims(): Record<string, unknown> };
  }
  export default class Provider {
    constructor(issuer: string, configuration: Configuration);
    listen(port: number, host: string): void;
  }
}
