export { renderTemplate, type TemplateText, type TemplateVars } from './compile/template.ts';
export { callSite } from './declare/call-site.ts';
export {
  defineResource,
  type ProbeSpecOf,
  type Resource,
  type ResourceDefinition,
} from './declare/define-resource.ts';
export {
  controller,
  type HostInput,
  type InventoryInput,
  inventory,
  type TypedInventory,
} from './declare/inventory.ts';
export { type PlayInput, play, playbook } from './declare/play.ts';
export { type AgeKey, secretFromAge } from './declare/secret-age.ts';
export {
  type SecretCommandOptions,
  secretFromCommand,
  secretFromEnv,
  secretFromFile,
} from './declare/secret-sources.ts';
export type { SecretPath, SecretTextOptions } from './declare/secret-text.ts';
export { secretFromAnsibleVault } from './declare/secret-vault.ts';
export { type ResourceWithPorts, withPorts } from './declare/with-ports.ts';
export type { CompletionReport } from './model/completion-report.ts';
export type { Declaration, DeclarationOptions, Declarations } from './model/declaration.ts';
export type { DoctorReport, Finding } from './model/diagnosis.ts';
export type { DocsReport } from './model/docs-report.ts';
export type { Errand, ErrandFinding } from './model/errand.ts';
export { errorTable } from './model/error-table.ts';
export {
  asHostwrightError,
  type ErrorCode,
  type ErrorFacts,
  type ErrorRecord,
  HostwrightError,
  type Stage,
} from './model/errors.ts';
export type { Emit, RunEvent, Verb } from './model/event.ts';
export { Expression, type Input, interpolate, type Reference } from './model/expression.ts';
export type { Facts } from './model/facts.ts';
export type { Graph, GraphEdge, GraphNode } from './model/graph.ts';
export type { Health, HealthCheck, Indicator, IndicatorVerdict } from './model/health.ts';
export type { BecomeSettings, Host, JumpHost, SshSettings } from './model/host.ts';
export type { InitReport } from './model/init-report.ts';
export type { Json } from './model/json.ts';
export type { HostSummary, Outcome, ResultName, StepResult } from './model/outcome.ts';
export type { Action, FieldDiff, Plan, PlanSelection, PlanStep, Verdict } from './model/plan.ts';
export type { Inventory, Play, Playbook, PlayScope } from './model/playbook.ts';
export type { Port } from './model/port.ts';
export {
  absent,
  present,
  type Reading,
  unknown,
  unknownButFine,
  unreadable,
} from './model/reading.ts';
export type {
  Difference,
  Driver,
  Edges,
  NoDriver,
  ProbeOutput,
  RemoteDriver,
  ResourceType,
  ShellDriver,
  Threat,
  WayBack,
} from './model/resource-type.ts';
export type { BatchSize, Percent, Serial } from './model/rollout.ts';
export { reveal, Secret, secret } from './model/secret.ts';
export { Sh } from './model/sh.ts';
export { formatSource, type Source } from './model/source.ts';
export { type ThisUser, thisUser } from './model/this-user.ts';
export type { Output, RunOptions, Transport } from './model/transport.ts';
export type { Way } from './model/way.ts';
export type { Why, WhyNeighbour, WhyReading } from './model/why.ts';
export { renderErrand, renderErrands } from './report/errand-lines.ts';
export { renderError } from './report/error-lines.ts';
export { renderFacts } from './report/facts-lines.ts';
export { renderAnnotations, renderGithubSummary } from './report/github-report.ts';
export { type GraphFormat, type GraphOptions, renderGraph } from './report/graph-text.ts';
export { renderHealth } from './report/health-lines.ts';
export { renderHtmlReport } from './report/html/html-report.ts';
export { jsonReporter } from './report/json-reporter.ts';
export { renderJunit } from './report/junit-report.ts';
export type { RenderOptions } from './report/layout.ts';
export { type PlanOptions, renderPlan } from './report/plan-lines.ts';
export type { Clock, Reporter, ReportStream } from './report/reporter.ts';
export { renderSummary, type SummaryOptions } from './report/summary-lines.ts';
export { type TerminalOptions, terminalReporter } from './report/terminal-reporter.ts';
export { renderWhy } from './report/why-lines.ts';
export { type ApplyReport, type ApplySettings, apply } from './run/apply.ts';
export { type ErrandsReport, errands, type NamedErrand } from './run/errands.ts';
export { type FactsReport, facts } from './run/facts.ts';
export { failedHosts } from './run/failed-hosts.ts';
export { type GraphReport, graph } from './run/graph.ts';
export { type HealthReport, health } from './run/health.ts';
export type { InventoryReport } from './run/inventory-report.ts';
export type { JsonOutputs } from './run/json-outputs.ts';
export type { HostAnswer, HostSettings } from './run/on-hosts.ts';
export type { AskSettings, Connect, RemovalsMax, RunSettings } from './run/options.ts';
export { type PingReport, ping } from './run/ping.ts';
export { type PlanReport, plan, verify } from './run/plan.ts';
export { parsePlan } from './run/read-plan.ts';
export { type CommandReport, type CommandSettings, runCommand } from './run/run-command.ts';
export {
  type ErrandReport,
  type ErrandResult,
  type ErrandSettings,
  runErrand,
} from './run/run-errand.ts';
export { why } from './run/why.ts';
export { quote } from './shell/quote.ts';
export { lines, pipeSecret, printSecret, type ShValue, sh } from './shell/sh.ts';
export { type ConnectOptions, connect } from './transport/connect.ts';
export {
  type ConfigNode,
  lookUpSshConfig,
  parseSshConfig,
  type SshConfig,
  type SshConfigAnswer,
} from './transport/ssh-config.ts';
export { sshSeconds } from './transport/ssh-time.ts';
