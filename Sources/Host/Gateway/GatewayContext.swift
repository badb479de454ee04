import Hummingbird
import NIOCore

/// What Hummingbird keeps of a request for us: where it came from, and over what.
struct GatewayContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let remoteAddress: String
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
    remoteAddress = source.channel.remoteAddress?.ipAddress ?? ""
  }
}
