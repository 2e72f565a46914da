/** What the simulated targets say about their metrics. */
export const metricMetadata: Record<string, { type: string; unit: string; help: string }> = {
  http_requests_total: { type: 'counter', unit: '', help: 'Requests answered, by method and status.' },
  http_request_duration_seconds: { type: 'histogram', unit: '', help: 'Time until a request was answered.' },
  process_cpu_seconds_total: { type: 'counter', unit: '', help: 'CPU time that the program has used.' },
  container_cpu_usage_seconds_total: { type: 'counter', unit: '', help: 'CPU time that the container has used.' },
  kube_pod_container_status_restarts_total: {
    type: 'counter',
    unit: '',
    help: 'How often the container was restarted.',
  },
}
