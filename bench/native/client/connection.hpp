// One WebSocket of the load client: what it still has to send, when each message under way was due, and the reader of the echoes.
#pragma once

#include <cerrno>
#include <string>
#include <sys/epoll.h>
#include <vector>

#include "../common/latencies.hpp"
#include "../common/sockets.hpp"
#include "frames.hpp"

// The times at which messages under way were due, first in first out.
class DueTimes {
public:
    void push(uint64_t time) {
        if (count_ == times_.size()) {
            grow();
        }

        times_[(first_ + count_++) & (times_.size() - 1)] = time;
    }

    uint64_t pop() {
        uint64_t time = times_[first_];
        first_ = (first_ + 1) & (times_.size() - 1);
        count_--;
        return time;
    }

    size_t count() const { return count_; }

private:
    void grow() {
        std::vector<uint64_t> larger(times_.empty() ? 64 : times_.size() * 2);
        for (size_t i = 0; i < count_; i++) {
            larger[i] = times_[(first_ + i) & (times_.size() - 1)];
        }

        times_.swap(larger);
        first_ = 0;
    }

    std::vector<uint64_t> times_;
    size_t first_ = 0;
    size_t count_ = 0;
};

class Connection {
public:
    // Connects and upgrades, waiting for both.
    Connection(const Address &address, int epoll) : socket_(connect_to(address)), epoll_(epoll) {
        upgrade(address);
        make_nonblocking(socket_);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = this;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, socket_, &event);
    }

    Connection(const Connection &) = delete;

    // Adds a message that was due at the given time to what is sent next.
    void add(const RepeatedFrame &frame, uint64_t due) {
        due_.push(due);
        unsent_ += frame.size();
    }

    size_t under_way() const { return due_.count(); }

    // Forgets the oldest message that is under way; returns how long it has been due.
    uint64_t give_up(uint64_t now) { return now - due_.pop(); }

    // Sends what can be sent.
    void send_added(const RepeatedFrame &frame) {
        while (unsent_ > 0 && !blocked_) {
            size_t part = unsent_ < frame.longest() ? unsent_ : frame.longest();
            ssize_t sent = ::send(socket_, frame.from(phase_), part, MSG_NOSIGNAL);
            if (sent < 0) {
                if (errno != EAGAIN) {
                    fail("send");
                }

                watch(true);
                return;
            }

            unsent_ -= sent;
            phase_ = (phase_ + sent) % frame.size();
        }
    }

    // The socket takes bytes again.
    void unblock(const RepeatedFrame &frame) {
        watch(false);
        send_added(frame);
    }

    // Reads once, and adds the latency of every message that came back and was due at `since` or later; returns how many came back.
    size_t receive(std::vector<uint8_t> &buffer, size_t length, Latencies &latencies, uint64_t since) {
        ssize_t size = recv(socket_, buffer.data(), buffer.size(), 0);
        if (size <= 0) {
            if (size < 0 && errno == EAGAIN) {
                return 0;
            }

            fprintf(stderr, "The server ended a connection.\n");
            exit(1);
        }

        size_t messages = reader_.read(buffer.data(), size, length);
        uint64_t now = now_nanoseconds();
        for (size_t i = 0; i < messages; i++) {
            if (due_.count() == 0) {
                fprintf(stderr, "More came back than was sent.\n");
                exit(1);
            }

            uint64_t due = due_.pop();
            if (due >= since) {
                latencies.add(now - due);
            }
        }

        return messages;
    }

private:
    void watch(bool writable) {
        blocked_ = writable;
        epoll_event event{};
        event.events = writable ? EPOLLIN | EPOLLOUT : EPOLLIN;
        event.data.ptr = this;
        epoll_ctl(epoll_, EPOLL_CTL_MOD, socket_, &event);
    }

    void upgrade(const Address &address) {
        std::string request = "GET " + address.path + " HTTP/1.1\r\nHost: " + address.host + ":" + address.port
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
            fail("send");
        }

        // A byte at a time, so that no frame behind the head is taken in.
        std::string response;
        char byte;
        while (!response.ends_with("\r\n\r\n")) {
            if (recv(socket_, &byte, 1, 0) != 1) {
                fprintf(stderr, "The server ended a connection in its handshake.\n");
                exit(1);
            }

            response.push_back(byte);
        }

        if (!response.starts_with("HTTP/1.1 101 ") || response.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") == std::string::npos) {
            fprintf(stderr, "The server did not upgrade:\n%s", response.c_str());
            exit(1);
        }
    }

    int socket_;
    int epoll_;
    EchoReader reader_;
    DueTimes due_;
    size_t unsent_ = 0;
    size_t phase_ = 0;
    bool blocked_ = false;
};
