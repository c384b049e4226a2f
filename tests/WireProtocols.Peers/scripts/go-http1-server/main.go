// Go's net/http: GET, HEAD, POST that echoes its body, OPTIONS. It ends with its input.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

func answer(response http.ResponseWriter, request *http.Request) {
	switch request.Method {
	case "POST":
		body, err := io.ReadAll(request.Body)
		if err != nil {
			http.Error(response, "the body is bad", http.StatusBadRequest)
			return
		}

		response.Header().Set("Content-Type", "text/plain")
		_, _ = response.Write(body)
	case "GET", "HEAD":
		response.Header().Set("Content-Type", "text/plain")
		_, _ = response.Write([]byte("hello\n"))
	default:
		response.Header().Set("Allow", "GET, HEAD, POST, OPTIONS")
		if request.Method == "OPTIONS" {
			response.WriteHeader(http.StatusNoContent)
		} else {
			response.WriteHeader(http.StatusMethodNotAllowed)
		}
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	fmt.Printf("http://%s/\n", listener.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	_ = http.Serve(listener, http.HandlerFunc(answer))
}
