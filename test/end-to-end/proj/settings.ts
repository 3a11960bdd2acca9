// The project's settings, in a module of their own.

export const resultExpires = "1h";
export const taskSerializer = "json";
export const workerShutdownTimeout = "10s";
