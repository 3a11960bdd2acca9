// Credentials files as NATS operators give them out: a JWT for a user, signed by an account, signed by an operator.

import { nkeys } from "@nats-io/transport-node";

type KeyPair = ReturnType<typeof nkeys.createUser>;

const UNLIMITED = "subs data payload conn leaf imports exports mem_storage disk_storage streams consumer".split(" ");
const NO_LIMITS = { wildcards: true, ...Object.fromEntries(UNLIMITED.map((name) => [name, -1])) };

/** An operator with one account, which has JetStream. */
export class TestOperator {
  readonly #account: KeyPair = nkeys.createAccount();
  /** Configuration of a server that trusts the operator. */
  readonly config: string;

  constructor() {
    const operator = nkeys.createOperator();
    const system = nkeys.createAccount();
    const accounts = [
      [this.#account, { limits: NO_LIMITS }],
      [system, {}],
    ] as const;
    const preload = accounts.map(([key, claims]) => {
      return `${key.getPublicKey()}: "${signed(operator, key, { ...claims, type: "account" })}"`;
    });
    this.config = [
      `operator: "${signed(operator, operator, { type: "operator" })}"`,
      `system_account: ${system.getPublicKey()}`,
      "resolver: MEMORY",
      `resolver_preload: { ${preload.join(", ")} }`,
    ].join("\n");
  }

  /** Text of a credentials file for a new user. */
  credentials(): string {
    const user = nkeys.createUser();
    const jwt = signed(this.#account, user, { type: "user", pub: {}, sub: {}, subs: -1, data: -1, payload: -1 });
    return [
      `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------`,
      `-----BEGIN USER NKEY SEED-----\n${Buffer.from(user.getSeed()).toString()}\n------END USER NKEY SEED------`,
    ].join("\n\n");
  }
}

function signed(issuer: KeyPair, subject: KeyPair, claims: object): string {
  const iat = Math.floor(Date.now() / 1_000);
  const [iss, sub] = [issuer.getPublicKey(), subject.getPublicKey()];
  const parts = [
    { typ: "JWT", alg: "ed25519-nkey" },
    { jti: sub, iat, iss, sub, name: sub, nats: { ...claims, version: 2 } },
  ];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString("base64url")}`;
}
