// gorilla/websocket as an echo that comes again and again. usage: websocket-client ws://host:port/
package main

import (
	"errors"
	"os"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

func play(dialer *websocket.Dialer, url string) error {
	connection, _, err := dialer.Dial(url, nil)
	if err != nil {
		return err
	}

	defer connection.Close()
	for {
		kind, message, err := connection.ReadMessage()
		if err != nil {
			return nil
		}

		if connection.WriteMessage(kind, message) != nil {
			return nil
		}
	}
}

func main() {
	dialer := &websocket.Dialer{
		HandshakeTimeout:  5 * time.Second,
		Subprotocols:      []string{"chat", "superchat"},
		EnableCompression: true,
	}
	for refusals := 0; refusals < 3; {
		if errors.Is(play(dialer, os.Args[1]), syscall.ECONNREFUSED) {
			refusals++
		} else {
			refusals = 0
		}
	}
}
