package import Logging

extension SandboxReport {
  /// One line for the tier, and one for each layer that is missing.
  package func log(to logger: Logger) {
    logger.log(level: tier == .full ? .info : .warning, "sandbox", metadata: ["tier": "\(tier.rawValue)"])
    for layer in layers where !layer.engaged {
      // Without a cgroup all limits are rlimits, which is usual and part of every tier.
      logger.log(
        level: layer.layer == .cgroup ? .info : .warning, "sandbox layer missing",
        metadata: ["layer": "\(layer.layer.rawValue)", "reason": "\(layer.detail)"])
    }
  }
}
