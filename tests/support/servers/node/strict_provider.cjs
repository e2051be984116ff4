// node strict_provider.cjs <port> <redirect uri>: oidc-provider, which lets nobody in without PKCE.
const { default: Provider } = require("oidc-provider");

const [port, redirectUri = ""] = process.argv.slice(2);
const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ client_id: "echoes", client_secret: "the client's secret", redirect_uris: [redirectUri] }],
  pkce: { required: () => true },
  claims: { email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: true, name: "Rosa" }),
  }),
});

provider.listen(Number(port), "127.0.0.1");
