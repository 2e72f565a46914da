export interface HttpRequest {
  /** default `GET` */
  method?: string
  url: string
  headers?: Readonly<Record<string, string>>
  body?: string
  /** of the whole call, redirects and body included; absent: none */
  timeoutMs?: number
  /** do not verify the server's certificate */
  insecure?: boolean
  /** PEM file of the certificate authority to trust instead of the system's */
  caFile?: string
  /** the answer's body may not be longer; default 64 MiB */
  maxBytes?: number
  /** may be sent twice, so that a kept-alive connection which the server has closed meanwhile is no failure; default for GET and HEAD */
  isRepeatable?: boolean
  /** a redirect to another origin is the answer instead of being followed: the body or the address holds a credential */
  staysOnOrigin?: boolean
  signal?: AbortSignal
}

export interface HttpResponse {
  status: number
  /** `401 Unauthorized`, as the server wrote it */
  statusText?: string
  /** names in lower case */
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: string
  /** where the answer came from in the end, after redirects */
  url: string
}

/**
 * What the domain may ask of any other server than the Kubernetes API. Every status is an answer; `send` rejects with a
 * Failure in the words of Go's net/http when there is none (the controller reports those texts), and with the signal's
 * reason when that aborts. Redirects are followed by net/http's rules, and what a request carries besides its body never
 * goes along to another origin.
 */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpResponse>
}
