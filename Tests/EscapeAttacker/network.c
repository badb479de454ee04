// Attacks by sockets, and what they want to reach.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "attacks.h"

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static socklen_t unix_address(struct sockaddr_un *address, const char *name, bool is_abstract) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  snprintf(address->sun_path + is_abstract, sizeof address->sun_path - is_abstract, "%s", name);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + is_abstract + strlen(name) + !is_abstract);
}

static int tcp_connect(const struct world *world) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return errno;
  struct sockaddr_in address = loopback(world->tcp_port);
  return outcome(connect(fd, (struct sockaddr *)&address, sizeof address));
}

static int tcp_listen(const struct world *world) {
  (void)world;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return errno;
  struct sockaddr_in address = loopback(0);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) return errno;
  return outcome(listen(fd, 1));
}

/// Listening without binding first gets a port from the kernel.
static int tcp_listen_unbound(const struct world *world) {
  (void)world;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  return fd < 0 ? errno : outcome(listen(fd, 1));
}

static int exchange_datagram(const struct world *world, const void *bytes, size_t count) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return errno;
  struct sockaddr_in address = loopback(world->udp_port);
  if (sendto(fd, bytes, count, 0, (struct sockaddr *)&address, sizeof address) < 0) return errno;
  char answer[64];
  return outcome(recv(fd, answer, sizeof answer, 0));
}

static int udp(const struct world *world) { return exchange_datagram(world, "secret", 6); }

/// A question whose name carries the stolen data.
static int dns(const struct world *world) {
  static const char question[] = "\1\2\1\0\0\1\0\0\0\0\0\0\6stolen\7example\0\0\1\0\1";
  return exchange_datagram(world, question, sizeof question - 1);
}

static int vsock(const struct world *world) {
  (void)world;
  int fd = socket(AF_VSOCK, SOCK_STREAM, 0);
  if (fd < 0) return errno;
  struct sockaddr_vm address = {.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_HOST, .svm_port = 1};
  int result = outcome(connect(fd, (struct sockaddr *)&address, sizeof address));
  return result == ECONNRESET || result == ECONNREFUSED || result == ETIMEDOUT ? 0 : result;
}

static int raw_packets(const struct world *world) {
  (void)world;
  return outcome(socket(AF_PACKET, SOCK_RAW, 0));
}

static int kernel_socket(const struct world *world) {
  (void)world;
  return outcome(socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT));
}

static int unix_connect(const char *name, bool is_abstract) {
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return errno;
  struct sockaddr_un address;
  socklen_t length = unix_address(&address, name, is_abstract);
  return outcome(connect(fd, (struct sockaddr *)&address, length));
}

static int abstract_socket(const struct world *world) { return unix_connect(world->abstract, true); }

static int path_socket(const struct world *world) {
  char path[4096];
  snprintf(path, sizeof path, "%s/host.sock", world->base);
  return unix_connect(path, false);
}

static int system_socket(const struct world *world) {
  (void)world;
  int result = unix_connect("/run/dbus/system_bus_socket", false);
  return result == ENOENT && access("/run", F_OK) == 0 ? 0 : result;
}

const struct named_attack network_attacks[] = {
    {"connect by TCP to the host", tcp_connect},
    {"listen on a TCP port", tcp_listen},
    {"listen on a TCP port without bind", tcp_listen_unbound},
    {"send by UDP", udp},
    {"carry data out by DNS", dns},
    {"reach the hypervisor by vsock", vsock},
    {"read raw packets", raw_packets},
    {"talk to the kernel's audit", kernel_socket},
    {"connect to an abstract socket", abstract_socket},
    {"connect to a socket of the host by path", path_socket},
    {"see the machine's own sockets", system_socket},
    {NULL, NULL},
};

static int bound(int family, int type, const void *address, socklen_t length) {
  int fd = socket(family, type, 0);
  if (fd < 0 || bind(fd, address, length) != 0 || (type == SOCK_STREAM && listen(fd, 64) != 0)) {
    perror("targets");
    exit(1);
  }
  return fd;
}

static int port_of(int fd) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  getsockname(fd, (struct sockaddr *)&address, &length);
  return ntohs(address.sin_port);
}

static void echo(int fd) {
  char bytes[64];
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  ssize_t count = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);
  if (count > 0) (void)!sendto(fd, bytes, (size_t)count, 0, (struct sockaddr *)&from, length);
}

void serve_targets(const char *base, const char *abstract) {
  struct sockaddr_in any = loopback(0);
  struct sockaddr_un address;
  char path[4096];
  snprintf(path, sizeof path, "%s/host.sock", base);
  socklen_t length = unix_address(&address, path, false);
  struct pollfd watched[5] = {{.fd = 0}};
  watched[1].fd = bound(AF_UNIX, SOCK_STREAM, &address, length);
  length = unix_address(&address, abstract, true);
  watched[2].fd = bound(AF_UNIX, SOCK_STREAM, &address, length);
  watched[3].fd = bound(AF_INET, SOCK_STREAM, &any, sizeof any);
  watched[4].fd = bound(AF_INET, SOCK_DGRAM, &any, sizeof any);
  printf("%d %d\n", port_of(watched[3].fd), port_of(watched[4].fd));
  fflush(stdout);
  for (int i = 0; i < 5; i++) watched[i].events = POLLIN;
  while (poll(watched, 5, -1) > 0 || errno == EINTR) {
    if (watched[0].revents != 0) exit(0);
    for (int i = 1; i < 4; i++) {
      if (watched[i].revents != 0) close(accept(watched[i].fd, NULL, NULL));
    }
    if (watched[4].revents != 0) echo(watched[4].fd);
  }
  exit(1);
}
