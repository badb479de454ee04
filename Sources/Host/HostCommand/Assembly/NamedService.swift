import ServiceLifecycle

/// A service that shows nothing but its name: the service group logs what it runs, and ours hold keys and the environment.
struct NamedService: Service, CustomStringConvertible {
  private let service: any Service

  init(_ service: any Service) { self.service = service }

  var description: String { "\(type(of: service))" }

  func run() async throws { try await service.run() }
}
