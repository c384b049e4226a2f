// Go's net/http as a client that comes again and again. usage: http1-client http://host:port/
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"
)

type row struct {
	Kind     string      `json:"kind"`
	Message  string      `json:"message,omitempty"`
	Status   int         `json:"status"`
	Body     []byte      `json:"body"`
	Trailers [][2]string `json:"trailers"`
}

func get(client *http.Client, url string) row {
	response, err := client.Get(url)
	if err != nil {
		return row{Kind: "error", Message: err.Error()}
	}

	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return row{Kind: "error", Message: err.Error()}
	}

	seen := row{Kind: "response", Status: response.StatusCode, Body: body, Trailers: [][2]string{}}
	for name, values := range response.Trailer {
		for _, value := range values {
			seen.Trailers = append(seen.Trailers, [2]string{name, value})
		}
	}

	return seen
}

func main() {
	url := os.Args[1]
	client := &http.Client{
		Timeout:       5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for refusals := 0; refusals < 3; {
		line, _ := json.Marshal(get(client, url))
		response, err := client.Post(strings.TrimSuffix(url, "/")+"/report", "application/json", bytes.NewReader(append(line, '\n')))
		if errors.Is(err, syscall.ECONNREFUSED) {
			refusals++
			continue
		}

		if err != nil {
			continue
		}

		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		refusals = 0
	}
}
