// node lying_provider.cjs <port> <file>: oauth2-mock-server, whose tokens the file tells lies into.
const { createHmac } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { OAuth2Server } = require("oauth2-mock-server");

const [port, file = ""] = process.argv.slice(2);

/**
 * @typedef {object} Lies
 * @property {Record<string, unknown>} [claims]
 * @property {string[]} [without]
 * @property {"none" | "HS256"} [header]
 * @property {number} [status]
 * @property {string} [kid]
 * @property {boolean} [withoutToken]
 * @property {Record<string, string>} [userinfo]
 */

/** @returns {Lies} */
const lies = () => JSON.parse(readFileSync(file, "utf8"));
/** @param {unknown} value */
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** @param {string} token @param {string} alg @param {string} [kid] */
function signedOtherwise(token, alg, kid) {
  const content = `${encoded({ alg, typ: "JWT", ...(kid && { kid }) })}.${token.split(".")[1]}`;
  const signature =
    alg === "none" ? "" : createHmac("sha256", "the client's secret").update(content).digest("base64url");
  return `${content}.${signature}`;
}

async function main() {
  const server = new OAuth2Server();
  await server.issuer.keys.generate("RS256");
  await server.start(Number(port), "127.0.0.1");
  server.service.on("beforeTokenSigning", ({ payload }) => {
    Object.assign(
      payload,
      { sub: "rosa", name: "Rosa", email: "rosa@example.org", email_verified: true },
      lies().claims,
    );
    for (const name of lies().without ?? []) delete payload[name];
  });
  server.service.on("beforeResponse", (response) => {
    const { header, status, kid, withoutToken } = lies();
    if (header) response.body.id_token = signedOtherwise(response.body.id_token ?? "", header, kid);
    if (withoutToken) delete response.body.id_token;
    if (status) response.statusCode = status;
  });
  server.service.on("beforeUserinfo", (response) => Object.assign(response.body, lies().userinfo));
}

main();
