import { apiVersion } from '../events/event.ts'

export interface VersionDocument {
  apiVersion: typeof apiVersion
  kind: 'Version'
  version: string
  /** what runs it, `node 20.20.2` */
  runtime: string
  /** `linux/x64` */
  platform: string
}

/** What somebody who helps would ask for first. */
export function versionDocument(version: string): VersionDocument {
  const { versions, arch, platform } = process
  const runtime = versions.bun === undefined ? `node ${versions.node}` : `bun ${versions.bun}`
  return { apiVersion, kind: 'Version', version, runtime, platform: `${platform}/${arch}` }
}
