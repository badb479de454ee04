// The attacks: each is one function that tries to get out, and says how far it came.
#ifndef ATTACKS_H
#define ATTACKS_H

#include <stdbool.h>
#include <sys/types.h>

/// What lies outside, as the test tells it.
struct world {
  const char *base;      ///< directory of the host: hivecore.toml, secret.key, state/victim/secret, tenants/other/secret, host.sock
  pid_t victim;          ///< another plugin's process, by its pid on the host
  int tcp_port;          ///< a listener of the host on 127.0.0.1
  int udp_port;          ///< an echo of the host on 127.0.0.1
  const char *abstract;  ///< name of a listener's abstract Unix socket
  int leaked;            ///< a descriptor that was open at the start without being ours, or −1
};

/// 0: the attack succeeded. Otherwise the errno that stopped it.
typedef int attack(const struct world *);

struct named_attack {
  const char *name;
  attack *run;
};

extern const struct named_attack process_attacks[], file_attacks[], network_attacks[], kernel_attacks[], limit_attacks[];

/// 0 when a call returned something other than −1, else errno.
int outcome(long result);

/// Serves what the network attacks want to reach, until stdin ends. Prints the TCP and the UDP port.
_Noreturn void serve_targets(const char *base, const char *abstract);

#endif
