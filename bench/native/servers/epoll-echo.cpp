// The floor for echo servers: one thread, epoll, frames unmasked on the fly into the answer, nothing checked that an echo does not need.
//
//   epoll-echo [PORT]
//
// It says on its first line where it listens and ends with its input.
#include <cerrno>
#include <string>
#include <sys/epoll.h>
#include <vector>

#include "../common/accept_key.hpp"
#include "../common/sockets.hpp"

// Unmasks client frames in any split, and writes the same frames without a mask. It never holds payload.
class Echo {
public:
    // Writes at most `size` bytes and the longest header to `output`; returns the end of what was written.
    uint8_t *turn(const uint8_t *data, size_t size, uint8_t *output) {
        const uint8_t *end = data + size;
        while (data < end) {
            if (remaining_ == 0) {
                if (!read_header(data, end)) {
                    break;
                }

                size_t length_bytes = held_ - 6u;
                *output++ = header_[0];
                *output++ = header_[1] & 0x7F;
                memcpy(output, header_ + 2, length_bytes);
                output += length_bytes;
                memcpy(mask_, header_ + 2 + length_bytes, 4);
                closing_ |= (header_[0] & 15) == 8;
                held_ = 0;
            }

            size_t part = static_cast<size_t>(end - data) < remaining_ ? end - data : remaining_;
            unmask(data, part, output);
            data += part;
            output += part;
            remaining_ -= part;
        }

        return output;
    }

    bool is_closing() const { return closing_ && remaining_ == 0; }

private:
    bool read_header(const uint8_t *&data, const uint8_t *end) {
        while (data < end) {
            header_[held_++] = *data++;
            if (held_ < 6) {
                continue;
            }

            uint8_t code = header_[1] & 0x7F;
            unsigned length_bytes = code == 126 ? 2 : code == 127 ? 8 : 0;
            if (held_ == 6 + length_bytes) {
                remaining_ = length_bytes == 0 ? code : 0;
                for (unsigned i = 0; i < length_bytes; i++) {
                    remaining_ = remaining_ << 8 | header_[2 + i];
                }

                return true;
            }
        }

        return false;
    }

    void unmask(const uint8_t *data, size_t size, uint8_t *output) {
        uint64_t wide = 0;
        memcpy(&wide, mask_, 4);
        wide |= wide << 32;
        size_t i = 0;
        for (; i + 8 <= size; i += 8) {
            uint64_t word;
            memcpy(&word, data + i, 8);
            word ^= wide;
            memcpy(output + i, &word, 8);
        }

        for (; i < size; i++) {
            output[i] = data[i] ^ mask_[i & 3];
        }

        uint8_t turned[4];
        for (unsigned j = 0; j < 4; j++) {
            turned[j] = mask_[(size + j) & 3];
        }

        memcpy(mask_, turned, 4);
    }

    uint64_t remaining_ = 0;
    uint8_t header_[14];
    uint8_t held_ = 0;
    uint8_t mask_[4];
    bool closing_ = false;
};

struct Client {
    int socket;
    bool upgraded = false;
    Echo echo{};

    // The head so far, and then what the socket did not take.
    std::string held{};
};

class Server {
public:
    explicit Server(uint16_t port) : epoll_(epoll_create1(EPOLL_CLOEXEC)), listener_(listen_on_loopback(port)), input_(Size), output_(Size + 16) {
        watch(EPOLL_CTL_ADD, 0, EPOLLIN, &input_);
        watch(EPOLL_CTL_ADD, listener_, EPOLLIN, nullptr);
        printf("ws://127.0.0.1:%u/\n", port);
        fflush(stdout);
    }

    void run() {
        while (true) {
            epoll_event events[256];
            int count = epoll_wait(epoll_, events, 256, -1);
            for (int i = 0; i < count; i++) {
                void *what = events[i].data.ptr;
                if (what == &input_) {
                    char ignored[256];
                    if (read(0, ignored, sizeof ignored) <= 0) {
                        return;
                    }
                } else if (what == nullptr) {
                    accept_all();
                } else if (events[i].events & EPOLLOUT) {
                    send_held(*static_cast<Client *>(what));
                } else {
                    receive(*static_cast<Client *>(what));
                }
            }
        }
    }

private:
    static constexpr size_t Size = 512 * 1024;

    void watch(int operation, int descriptor, uint32_t events, void *what) {
        epoll_event event{};
        event.events = events;
        event.data.ptr = what;
        if (epoll_ctl(epoll_, operation, descriptor, &event) < 0 && errno != EPERM) {
            fail("epoll_ctl");
        }
    }

    void accept_all() {
        int socket;
        while ((socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
            set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
            watch(EPOLL_CTL_ADD, socket, EPOLLIN, new Client{socket});
        }
    }

    void end(Client &client) {
        close(client.socket);
        delete &client;
    }

    void receive(Client &client) {
        ssize_t size = recv(client.socket, input_.data(), input_.size(), 0);
        if (size <= 0) {
            if (size == 0 || errno != EAGAIN) {
                end(client);
            }

            return;
        }

        if (!client.upgraded) {
            upgrade(client, size);
            return;
        }

        uint8_t *written = client.echo.turn(input_.data(), size, output_.data());
        send_now(client, reinterpret_cast<char *>(output_.data()), written - output_.data());
    }

    void upgrade(Client &client, size_t size) {
        static constexpr std::string_view Name = "\r\nsec-websocket-key:";
        client.held.append(reinterpret_cast<char *>(input_.data()), size);
        if (!client.held.ends_with("\r\n\r\n")) {
            return;
        }

        std::string lower = client.held;
        for (char &c : lower) {
            c = c >= 'A' && c <= 'Z' ? c | 32 : c;
        }

        size_t name = lower.find(Name);
        if (name == std::string::npos) {
            end(client);
            return;
        }

        size_t key = client.held.find_first_not_of(' ', name + Name.size());
        std::string response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
            + accept_key(std::string_view(client.held).substr(key, 24)) + "\r\n\r\n";
        client.held = std::string();
        client.upgraded = true;
        send_now(client, response.data(), response.size());
    }

    void send_now(Client &client, const char *data, size_t size) {
        ssize_t sent = size == 0 ? 0 : send(client.socket, data, size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) {
            end(client);
            return;
        }

        size_t taken = sent < 0 ? 0 : sent;
        if (taken < size) {
            // Nothing more is read until it is gone.
            client.held.assign(data + taken, size - taken);
            watch(EPOLL_CTL_MOD, client.socket, EPOLLOUT, &client);
        } else if (client.echo.is_closing()) {
            end(client);
        }
    }

    void send_held(Client &client) {
        ssize_t sent = send(client.socket, client.held.data(), client.held.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno != EAGAIN) {
                end(client);
            }

            return;
        }

        client.held.erase(0, sent);
        if (client.held.empty()) {
            client.held = std::string();
            watch(EPOLL_CTL_MOD, client.socket, EPOLLIN, &client);
            if (client.echo.is_closing()) {
                end(client);
            }
        }
    }

    int epoll_;
    int listener_;
    std::vector<uint8_t> input_;
    std::vector<uint8_t> output_;
};

int main(int count, char **arguments) {
    raise_descriptor_limit();
    Server(count > 1 ? static_cast<uint16_t>(atoi(arguments[1])) : 0).run();
}
