// What clients and servers share of sockets.
#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

[[noreturn]] inline void fail(const char *what) {
    perror(what);
    exit(1);
}

inline uint64_t now_nanoseconds() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return uint64_t(time.tv_sec) * 1000000000 + time.tv_nsec;
}

inline void set_option(int socket, int level, int option, int value) {
    if (setsockopt(socket, level, option, &value, sizeof value) < 0) {
        fail("setsockopt");
    }
}

// As many descriptors as the system lets this process have.
inline void raise_descriptor_limit() {
    rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// Where a WebSocket is: ws://host:port/path, or only a port on loopback.
struct Address {
    std::string host = "127.0.0.1";
    std::string port;
    std::string path = "/";

    static Address parse(std::string text) {
        Address address;
        size_t scheme = text.find("://");
        if (scheme == std::string::npos) {
            address.port = text;
            return address;
        }

        text.erase(0, scheme + 3);
        size_t slash = text.find('/');
        if (slash != std::string::npos) {
            address.path = text.substr(slash);
            text.resize(slash);
        }

        size_t colon = text.rfind(':');
        address.host = text.substr(0, colon);
        address.port = colon == std::string::npos ? "80" : text.substr(colon + 1);
        return address;
    }
};

inline int connect_to(const Address &address) {
    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    if (getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found) != 0) {
        fprintf(stderr, "%s:%s is no address.\n", address.host.c_str(), address.port.c_str());
        exit(1);
    }

    int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection < 0 || connect(connection, found->ai_addr, found->ai_addrlen) < 0) {
        fail("connect");
    }

    // A server that says nothing is an error and not a hang, while the socket still waits.
    timeval patience{10, 0};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    freeaddrinfo(found);
    set_option(connection, IPPROTO_TCP, TCP_NODELAY, 1);
    return connection;
}

// Listens on loopback and sets `port` to the one that it has, when it was 0.
inline int listen_on_loopback(uint16_t &port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    set_option(listener, SOL_SOCKET, SO_REUSEADDR, 1);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    socklen_t length = sizeof address;
    if (bind(listener, reinterpret_cast<sockaddr *>(&address), length) < 0 || listen(listener, 4096) < 0
        || getsockname(listener, reinterpret_cast<sockaddr *>(&address), &length) < 0) {
        fail("listen");
    }

    port = ntohs(address.sin_port);
    return listener;
}

inline void make_nonblocking(int socket) { fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK); }
