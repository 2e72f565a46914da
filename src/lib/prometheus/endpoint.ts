export interface EndpointRequest {
  method: 'GET' | 'POST'
  /** below the base address: `/api/v1/query` */
  path: string
  /** `name=value&...`, in the address of a GET and in the body of a POST */
  form: string
  timeoutMs?: number
  signal?: AbortSignal
}

export interface EndpointAnswer {
  status: number
  body: string
  /** where it came from when redirects led elsewhere */
  redirectedTo?: string
}

/** One Prometheus, however it is reached. */
export interface Endpoint {
  /** the base address, for people */
  readonly address: string
  /** May ask by GET where POST does not get through. @throws HttpFailure and other Failures when there is no answer */
  send(request: EndpointRequest): Promise<EndpointAnswer>
}
