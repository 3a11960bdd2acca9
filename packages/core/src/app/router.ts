// From a call to its route: the routers of the setting `taskRoutes` are asked in order, the first that answers decides.

import type { ApplyOptions } from "../model/apply-options.ts";
import { checkOptions, type OptionRule } from "../model/check-options.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import { matchesGlob } from "../model/glob.ts";
import { isQueueName, shown } from "../model/names.ts";
import * as rule from "../model/option-rules.ts";
import { MAX_PRIORITY } from "../model/task-message.ts";

/** What a route says of a call. What the call or its task says wins. */
export interface RouteOptions {
  /** Queue to send to. @default `taskDefaultQueue` */
  readonly queue?: string | undefined;
  /** Leads to the queues that are bound to it, instead of `queue`. @default none */
  readonly routingKey?: string | undefined;
  /** From 0 to 9; of the tasks that wait in a queue, higher ones start first. @default `taskDefaultPriority` */
  readonly priority?: number | undefined;
  /** How arguments and result are encoded. @default `taskSerializer` */
  readonly serializer?: "msgpack" | "json" | undefined;
}

/** Where tasks go: a queue's name, or options. */
export type Route = string | RouteOptions;

/** Routes by task name: exact names, and globs in which `*` stands for any characters. Exact names win, globs count in the order given. */
export type RouteMap = Readonly<Record<string, Route>>;

/** A name, a glob or a regular expression, and the route of the tasks whose names it fits. */
export type RoutePair = readonly [pattern: string | RegExp, route: Route];

/** Decides by the call; null or undefined: another router decides. */
export type RouteFunction = (
  name: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  options: ApplyOptions,
) => Route | null | undefined;

/** One router, or several: the first that answers decides. */
export type Router = RouteMap | RouteFunction;
export type TaskRoutes = Router | readonly (Router | RoutePair)[];

/** A call that is to be routed. */
export interface RoutedCall {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly options: ApplyOptions;
}

const ROUTE_TABLE = {
  queue: rule.queueName,
  routingKey: rule.routingKey,
  priority: rule.integer(0, MAX_PRIORITY),
  serializer: rule.oneOf(["msgpack", "json"]),
};

/** Check of the setting `taskRoutes`. */
export const ROUTES_RULE: OptionRule = {
  wants:
    'an object of task names, "*" allowed, with a queue each: { "proj.tasks.add": { queue: "hipri" }, "media.*": "media" }, ' +
    "a function, or a list of them and of pairs [pattern, route]",
  is: (value) => (Array.isArray(value) ? value.every((one: unknown) => isPair(one) || isRouter(one)) : isRouter(value)),
};

/**
 * Route of a call; null when no router answers.
 *
 * @throws {InvalidArgumentError} a function answered with something that is no route.
 */
export function routeOf(name: string, call: RoutedCall, routes: TaskRoutes): RouteOptions | null {
  if (!isList(routes)) return answerOf(routes, name, call);
  for (const router of routes) {
    const answer = isRoutePair(router) ? answerOfPair(router, name) : answerOf(router, name, call);
    if (answer !== null) return answer;
  }
  return null;
}

function answerOf(router: Router, name: string, call: RoutedCall): RouteOptions | null {
  return typeof router === "function" ? answerOfFunction(router, name, call) : answerOfMap(router, name);
}

function answerOfMap(routes: RouteMap, name: string): RouteOptions | null {
  const exact = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (exact !== undefined) return optionsOf(exact);
  for (const [pattern, route] of Object.entries(routes)) if (fits(pattern, name)) return optionsOf(route);
  return null;
}

function answerOfPair([pattern, route]: RoutePair, name: string): RouteOptions | null {
  return fits(pattern, name) ? optionsOf(route) : null;
}

function answerOfFunction(
  router: RouteFunction,
  name: string,
  { args, kwargs, options }: RoutedCall,
): RouteOptions | null {
  const answer: unknown = router(name, args, kwargs, options);
  if (answer === null || answer === undefined) return null;
  if (isRoute(answer)) return optionsOf(answer);
  throw new InvalidArgumentError(
    `a function of taskRoutes answered ${shown(answer)} for task "${name}"; give a queue's name, { queue, routingKey, priority, serializer }, or null`,
  );
}

function optionsOf(route: Route): RouteOptions {
  return typeof route === "string" ? { queue: route } : route;
}

// `search` begins at the start, whatever flags the expression has and however often it was used.
function fits(pattern: string | RegExp, name: string): boolean {
  if (typeof pattern !== "string") return name.search(pattern) >= 0;
  return matchesGlob(pattern, name);
}

function isList(routes: TaskRoutes): routes is Exclude<TaskRoutes, Router> {
  return Array.isArray(routes);
}

function isRoutePair(router: Router | RoutePair): router is RoutePair {
  return Array.isArray(router);
}

function isRouter(value: unknown): boolean {
  return typeof value === "function" || (rule.isPlainObject(value) && Object.values(value).every(isRoute));
}

function isPair(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [pattern, route]: readonly unknown[] = value;
  return (typeof pattern === "string" || pattern instanceof RegExp) && isRoute(route);
}

function isRoute(value: unknown): value is Route {
  if (!rule.isPlainObject(value)) return isQueueName(value);
  checkOptions(value, ROUTE_TABLE, { what: "route option", kind: "setting" });
  return Object.keys(ROUTE_TABLE).some((name) => value[name] != null);
}
