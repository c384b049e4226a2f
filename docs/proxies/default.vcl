# Varnish in front of a server on 127.0.0.1:8080: varnishd -a 127.0.0.1:8000 -f default.vcl -p pipe_timeout=60
vcl 4.1;

backend wire {
  .host = "127.0.0.1";
  .port = "8080";

  # A poll may take this long.
  .first_byte_timeout = 60s;

  # An event stream that is silent for longer is cut.
  .between_bytes_timeout = 60s;
}

sub vcl_recv {
  # A method that Varnish does not know would go through a pipe.
  if (req.method !~ "^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$") {
    return (synth(501));
  }

  if (req.method == "GET" && req.url ~ "^/ws/" && req.http.Upgrade ~ "(?i)^websocket$") {
    return (pipe);
  }

  # Nothing of these is to be cached, and nobody is to wait for another's answer.
  if (req.url ~ "^/(ws|sse|ndjson|poll|echo|upload)") {
    return (pass);
  }
}

sub vcl_pipe {
  set bereq.http.Upgrade = req.http.Upgrade;

  # In a pipe Varnish counts no requests. With "close" the server reads none behind one that it does not make a WebSocket.
  set bereq.http.Connection = "Upgrade, close";
}

sub vcl_backend_response {
  # Responses that go on are sent while they come.
  set beresp.do_stream = true;
  set beresp.do_gzip = false;
}
