import { HttpFailure } from '../http/http-failure.ts'
import { Failure } from '../values/failure.ts'
import type { Endpoint, EndpointAnswer, EndpointRequest } from './endpoint.ts'

/**
 * Asks by a name of the cluster's inside; once it turns out not to resolve here, through the API server. Whoever runs in
 * the cluster, or has its network, is not sent the long way.
 */
export class ReachableEndpoint implements Endpoint {
  readonly address: string
  private way: Endpoint
  private readonly detour: Endpoint
  private readonly onDetour: () => void

  constructor(direct: Endpoint, detour: Endpoint, onDetour: () => void) {
    this.address = direct.address
    this.way = direct
    this.detour = detour
    this.onDetour = onDetour
  }

  async send(request: EndpointRequest): Promise<EndpointAnswer> {
    try {
      return await this.way.send(request)
    } catch (error) {
      if (!isUnknownHost(error) || this.way === this.detour) throw error
      return this.sendByDetour(request, error)
    }
  }

  private async sendByDetour(request: EndpointRequest, direct: HttpFailure): Promise<EndpointAnswer> {
    try {
      const answer = await this.detour.send(request)
      if (this.way !== this.detour) this.onDetour()
      this.way = this.detour
      return answer
    } catch (error) {
      if (!(error instanceof Failure) || request.signal?.aborted) throw error
      // The name is what has to be put right; the other way is worth a hint.
      const { message, reason } = direct
      throw new HttpFailure(undefined, message, {
        reason,
        hints: [`it was tried through the API server too: ${error.message}`, ...error.hints],
        cause: error,
      })
    }
  }
}

const isUnknownHost = (error: unknown): error is HttpFailure =>
  error instanceof HttpFailure && error.reason === 'UnknownHost'
