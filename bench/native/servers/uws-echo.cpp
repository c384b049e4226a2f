// An echo on uWebSockets, as its own example has it but without compression.
//
//   uws-echo [PORT]
//
// It says on its first line where it listens and ends with its input.
#include "App.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <unistd.h>

#include "../common/sockets.hpp"

int main(int count, char **arguments) {
    raise_descriptor_limit();
    signal(SIGPIPE, SIG_IGN);
    std::thread([] {
        char ignored[256];
        while (read(0, ignored, sizeof ignored) > 0) {
        }

        _exit(0);
    }).detach();

    struct Nothing {};
    uWS::App()
        .ws<Nothing>(
            "/*",
            {
                .compression = uWS::DISABLED,
                .maxPayloadLength = 16 * 1024 * 1024,
                .idleTimeout = 120,
                .maxBackpressure = 16 * 1024 * 1024,
                .message = [](auto *connection, std::string_view message, uWS::OpCode opcode) { connection->send(message, opcode, false); },
            })
        .listen(
            "127.0.0.1", count > 1 ? atoi(arguments[1]) : 0,
            [](us_listen_socket_t *listener) {
                if (listener == nullptr) {
                    fail("listen");
                }

                printf("ws://127.0.0.1:%d/\n", us_socket_local_port(0, reinterpret_cast<us_socket_t *>(listener)));
                fflush(stdout);
            })
        .run();
}
