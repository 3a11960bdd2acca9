// What this project gives to others: its application. `actor-cli -A proj` finds it here.

export { app } from "./troupe.ts";
