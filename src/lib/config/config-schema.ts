import { draft, type JsonSchema } from '../values/schema/json-schema.ts'

const duration: JsonSchema = {
  type: 'string',
  pattern:
    '^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h)(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h))*$|^0$',
  examples: ['90s', '5m', '1h30m'],
}

const text = (description: string, more: JsonSchema = {}): JsonSchema => ({ type: 'string', description, ...more })
const flag = (description: string): JsonSchema => ({ type: 'boolean', description })
const span = (description: string): JsonSchema => ({ ...duration, description })
const share = (description: string): JsonSchema => ({ type: 'number', description, minimum: 0, maximum: 1 })
const texts = (description: string, items: JsonSchema = { type: 'string' }): JsonSchema => ({
  type: 'array',
  description,
  items,
})

const prometheus: JsonSchema = {
  type: 'object',
  description: 'the Prometheus-compatible query engine that holds this cluster’s metrics',
  additionalProperties: false,
  properties: {
    address: text('base URL, or svc/NAMESPACE/NAME[:PORT] to go through the API server', {
      examples: ['https://prom.prod-na.example', 'svc/monitoring/prometheus-server:80'],
    }),
    matchers: {
      type: 'object',
      description: 'labels that are added to every selector, so that clusters behind one store are told apart',
      additionalProperties: { type: 'string', description: 'the label’s value' },
    },
    podLabel: text('label that holds the pod’s name', { default: 'pod' }),
    namespaceLabel: text('label that holds the namespace', { default: 'namespace' }),
    dedupLabels: texts('labels that tell replicas of Prometheus apart'),
    delay: span('how late the newest samples arrive'),
    tenant: text('value of the X-Scope-OrgID header'),
    tokenFile: text('file with the bearer token; it is sent to this address only'),
    username: text('user name for basic authentication; it is sent to this address only'),
    passwordFile: text('file with the password for basic authentication'),
    caFile: text('file with the certificate authorities to trust for this address'),
  },
}

const cluster: JsonSchema = {
  type: 'object',
  description: 'one cluster: how others call it, and how it is reached',
  additionalProperties: false,
  properties: {
    context: text('kubeconfig context'),
    argocdDestination: text('the destination (server or name) that Argo CD has for it'),
    harnessAgent: text('identifier of the Harness GitOps agent that manages it'),
    prometheus,
  },
}

const verify: JsonSchema = {
  type: 'object',
  description: 'defaults for the spec of a Verification; its own file and flags win',
  additionalProperties: false,
  properties: {
    mode: text('which arms are compared', { enum: ['canary', 'beforeAfter', 'auto'] }),
    sensitivity: text('sets the tolerances, and which verdicts fail', { enum: ['High', 'Medium', 'Low'] }),
    falseAlarmRate: share('how often a good version may be called bad'),
    toleranceAlarmRate: share('how often a version within tolerance may be called bad'),
    falsePassRate: share('how often a bad version may pass early'),
    duration: span('length of the analysis window'),
    minDuration: span('no early pass before this'),
    maxDuration: span('bound for onInconclusive: extend'),
    earlyPass: flag('whether the verdict may be given before the window ends'),
    startTimeout: span('how long to wait for both arms'),
    step: span('time between two looks; default the scrape interval'),
    warmup: span('time after a container’s start that is not compared'),
    lookback: span('history of the stable pods that is used for calibration'),
    onInconclusive: text('what no verdict means', { enum: ['stop', 'pass', 'fail', 'extend'] }),
    failOnNoAnalysis: flag('whether missing data fails the verification'),
    failIfAnyCustomMetricInNoAnalysis: flag('whether one metric without data fails the verification'),
    mustDetect: {
      type: 'object',
      description: 'effects that a run has to be able to see, as ratios of canary to stable',
      additionalProperties: false,
      properties: {
        errors: { type: 'number', description: 'ratio of error rates', minimum: 1 },
        latency: { type: 'number', description: 'ratio of latencies', minimum: 1 },
      },
    },
  },
}

const report: JsonSchema = {
  type: 'object',
  description: 'reports that are written at the end',
  additionalProperties: false,
  properties: {
    format: texts('kinds of report', {
      type: 'string',
      enum: ['json', 'ndjson', 'junit', 'markdown', 'html', 'github'],
    }),
    directory: text('folder that they are written to; a project’s file names one inside the project'),
  },
}

/** FORMATS section 7: the user's `config.yaml` and a project's `.kubectl-canary.yaml`. */
export const configSchema: JsonSchema = {
  $schema: draft,
  $id: 'urn:kubectl-canary:v1:config',
  title: 'Configuration of kubectl-canary',
  description:
    'The user’s $XDG_CONFIG_HOME/kubectl-canary/config.yaml, or a project’s .kubectl-canary.yaml. Flags win over the environment (KUBECTL_CANARY_ and the field’s path in upper snake case), that over the project’s file, that over the user’s. A project’s file may not set context, protectedContexts, clusters or links.',
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind'],
  properties: {
    apiVersion: text('version of this format', { const: 'kubectl-canary/v1' }),
    kind: text('what this file is', { const: 'Config' }),
    namespace: text('namespace to work in when no -n is given'),
    context: text('kubeconfig context to work in when no --context is given'),
    output: text('format when no -o is given', { examples: ['wide', 'yaml'] }),
    color: text('when to colour the output', { enum: ['auto', 'always', 'never'] }),
    reason: text('why, for the record, when no --reason is given'),
    event: flag('whether every write leaves a Kubernetes Event with user, step and reason'),
    readOnly: flag('refuse every write; a project’s file can only turn it on'),
    protectedContexts: texts('kubeconfig contexts whose writes need a yes, as names or patterns with * and ?', {
      type: 'string',
      examples: ['prod-*'],
    }),
    clusters: {
      type: 'object',
      description: 'clusters by Argo CD destination (server or name), Harness agent, or any name',
      additionalProperties: cluster,
    },
    verify,
    report,
    links: {
      type: 'object',
      description: 'addresses that are shown with an object; {name}, {namespace} and {context} are filled in',
      additionalProperties: { type: 'string', description: 'the address' },
    },
  },
}
