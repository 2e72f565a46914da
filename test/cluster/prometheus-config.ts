import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Layout } from './state.ts'

/** A Prometheus that scrapes once a second whatever the files in the targets folder name. */
export function writePrometheusConfig(at: Layout): void {
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    // Tests write history too, not only the present.
    storage: { tsdb: { out_of_order_time_window: '7d' } },
    scrape_configs: [
      {
        job_name: 'targets',
        fallback_scrape_protocol: 'PrometheusText0.0.4',
        file_sd_configs: [{ files: [join(at.targets, '*.json')], refresh_interval: '1s' }],
      },
    ],
  }
  writeFileSync(at.prometheusConfig, stringify(config))
}
